#include "mill/prune.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "mill/source_cursor.h"
#include "unit/mill/mill_fixture.h"

namespace docmill {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Prune : public MillTest {
 protected:
  Prune() { source.erase(key); }

  void do_document(const std::string& name, const std::string& bytes = "%PDF-1.7 words") {
    source.set(name, bytes);
    const auto done =
        process(mill(), in_force(recipe),
                {.source_key = name, .listed = {}, .output_name = name, .document_id = {}, .force = true});
    ASSERT_TRUE(done) << done.error().text();
  }

  /// "kind uri", with "!" before what was removed.
  std::vector<std::string> prune_all(bool remove, Selection selection = {}) {
    std::vector<std::string> told;
    const PruneSettings settings{.leave_out = {}, .selection = std::move(selection), .remove = remove};
    auto pruned = prune(
        source, output, settings,
        [&](const Leftover& leftover) {
          told.push_back(fmt::format("{}{} {}", leftover.removed ? "!" : "", name_of(leftover.kind), leftover.uri));
        },
        {});
    EXPECT_TRUE(pruned) << pruned.error().text();
    if (pruned) summary = *std::move(pruned);
    return told;
  }

  PruneSummary summary;
};

TEST_F(Prune, TellsStaleAndOrphanedOutputsAndMarks) {
  for (const char* name : {"a.pdf", "b.pdf", "c.pdf"}) do_document(name);
  extractor.answer_error(ErrorKind::corrupt);
  do_document("b.pdf", "%PDF-1.7 newer");
  do_document("d.pdf");
  source.erase("c.pdf");
  source.erase("d.pdf");
  const auto told = prune_all(false);
  EXPECT_THAT(told, ElementsAre("stale mem://output/b_raw_text.parquet", "orphan mem://output/c_raw_text.parquet",
                                "mark mem://output/_docmill/failed/d.pdf.json"));
  EXPECT_EQ(summary.in_use, 2U) << "an output, and a mark of a document that is there";
  EXPECT_EQ(summary.outputs_waiting, 0U) << "the mark says that the newer version failed";
  EXPECT_TRUE(summary.finished);
  const auto keys = output.keys();
  EXPECT_THAT(prune_all(true), ElementsAre("!" + told[0], "!" + told[1], "!" + told[2]));
  EXPECT_EQ(output.keys().size(), keys.size() - 3);
  EXPECT_THAT(prune_all(true), IsEmpty());
}

TEST_F(Prune, ADocumentThatOnlyWaitsForASweepIsToldAsThat) {
  do_document("a.pdf");
  source.set("a.pdf", "%PDF-1.7 newer");
  prune_all(false);
  EXPECT_EQ(summary.outputs_stale, 1U);
  EXPECT_EQ(summary.outputs_waiting, 1U);
}

TEST_F(Prune, AnOutputThatBecameCurrentMeanwhileStays) {
  do_document("a.pdf");
  do_document("keeps-the-place-from-being-empty.pdf");
  source.set("a.pdf", "%PDF-1.7 newer");
  bool raced = false;
  source.before = [&](StoreCall call, std::string_view asked) {
    if (call == StoreCall::head && asked == "a.pdf" && !std::exchange(raced, true))
      do_document("a.pdf", "%PDF-1.7 newest");
    return Result<void>();
  };
  EXPECT_THAT(prune_all(true), IsEmpty());
  EXPECT_TRUE(raced);
  EXPECT_EQ(summary.kept_meanwhile, 1U);
  EXPECT_TRUE(output.has("a_raw_text.parquet"));
}

TEST_F(Prune, ADocumentThatComesBackMeanwhileKeepsItsOutput) {
  do_document("a.pdf");
  do_document("b.pdf");
  source.erase("a.pdf");
  int asked_for_a = 0;
  source.before = [&](StoreCall call, std::string_view asked) {
    // The first time it is asked for because no listing has it, the second time before its output is removed.
    if (call == StoreCall::head && asked == "a.pdf" && ++asked_for_a == 2) source.set("a.pdf", "%PDF-1.7 back");
    return Result<void>();
  };
  EXPECT_THAT(prune_all(true), IsEmpty());
  EXPECT_EQ(asked_for_a, 2);
  EXPECT_EQ(summary.kept_meanwhile, 1U);
}

TEST_F(Prune, WhatMayNotBeLookedAtIsNoLeftover) {
  do_document("a.pdf");
  do_document("b.pdf");
  source.erase("a.pdf");
  source.before = [](StoreCall call, std::string_view asked) -> Result<void> {
    if (call == StoreCall::head && asked == "a.pdf") return fail(ErrorKind::denied, "a.pdf", "no permission");
    return {};
  };
  EXPECT_THAT(prune_all(true), IsEmpty());
  EXPECT_FALSE(summary.finished);
  ASSERT_EQ(summary.place_errors.size(), 1U);
  EXPECT_TRUE(output.has("a_raw_text.parquet"));
}

TEST_F(Prune, LeavesAloneWhatIsNotOfThisPlace) {
  do_document("a.pdf");
  MemoryStore elsewhere("elsewhere");
  elsewhere.set("other.pdf", "%PDF-1.7");
  Witnesses witnesses_elsewhere;
  const Mill of_elsewhere = mill_between(elsewhere, output, extractor, view, witnesses_elsewhere);
  ASSERT_TRUE(process(of_elsewhere, in_force(recipe),
                      {.source_key = "other.pdf", .listed = {}, .output_name = "other.pdf", .document_id = {}}));
  output.set("notes.txt", "mine");
  output.set("mine_raw_text.parquet", "mine too");
  EXPECT_THAT(prune_all(true), IsEmpty());
  EXPECT_EQ(summary.of_other_places, 1U);
  EXPECT_EQ(summary.of_others, 2U);
  EXPECT_EQ(summary.in_use, 1U);
}

TEST_F(Prune, LeavesAloneWhatIsNotChosen) {
  for (const char* name : {"a.pdf", "x/b.pdf", "c.pdf"}) do_document(name);
  source.erase("a.pdf");
  source.erase("x/b.pdf");
  EXPECT_THAT(prune_all(false, {.include = {}, .exclude = parse_globs("x/").value()}),
              ElementsAre("orphan mem://output/a_raw_text.parquet"));
  EXPECT_EQ(summary.excluded, 1U);
}

TEST_F(Prune, AnEmptySourceIsRefused) {
  do_document("a.pdf");
  source.erase("a.pdf");
  const auto refused = prune(source, output, {.remove = true}, [](const Leftover&) {}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid_input);
  EXPECT_TRUE(output.has("a_raw_text.parquet"));
}

// Outputs and documents are not in the same order, so that neither listing can simply follow the other.
TEST_F(Prune, NamesWhoseOrdersDifferAreMatched) {
  const std::vector<std::string> names{"a.pdf",
                                       "aB.pdf",
                                       "a-b.pdf",
                                       "a_b.pdf",
                                       "a",
                                       "a.PDF",
                                       "a/b.pdf",
                                       "a!.pdf",
                                       "a.pdf.pdf",
                                       "A.pdf",
                                       "a.png",
                                       "a_raw_text.pdf",
                                       std::string(250, 'n') + ".pdf",
                                       std::string(250, 'n') + ".png",
                                       "\u00fc/\u00fc.pdf",
                                       "100%.pdf"};
  for (const std::string& name : names) do_document(name);
  EXPECT_THAT(prune_all(false), IsEmpty());
  EXPECT_EQ(summary.in_use, names.size());
  source.set("stays.pdf", "%PDF-1.7");
  for (const std::string& name : names) source.erase(name);
  EXPECT_EQ(prune_all(true).size(), names.size());
  EXPECT_THAT(output.keys(), IsEmpty());
}

TEST(SourceCursor, AsksForWhatTheListingDoesNotHave) {
  MemoryStore store("source");
  for (int i = 0; i < 10; ++i) store.set(fmt::format("{}", i), "");
  SourceCursor cursor(store, store.list({}).value());
  EXPECT_TRUE(cursor.find("7").value());
  EXPECT_TRUE(cursor.find("3").value());
  EXPECT_EQ(cursor.asked(), 0U);
  EXPECT_EQ(cursor.listed(), 8U);
  EXPECT_FALSE(cursor.find("35").value());
  EXPECT_EQ(cursor.asked(), 1U);
  store.set("4a", "");
  EXPECT_TRUE(cursor.find("4a").value()) << "came after it was listed";
  EXPECT_TRUE(cursor.find("9").value());
  EXPECT_FALSE(cursor.find("a").value());
  EXPECT_EQ(cursor.asked(), 3U);
}

}  // namespace
}  // namespace docmill
