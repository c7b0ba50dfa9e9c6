// What a listing of outputs and earlier manifests vouch for is not looked at.
#include "mill/known_done.h"

#include <atomic>

#include "unit/mill/sweep_fixture.h"

namespace docmill {
namespace {

class KnownDoneTest : public SweepTest {
 protected:
  KnownDoneTest() {
    extractor.script = [](const ExtractRequest& request, PageReceiver& receiver) {
      return give_pages(receiver, 2, {{}, {}}, request.recipe.recipe.outputs);
    };
    output.before = [this](StoreCall call, std::string_view name) -> Result<void> {
      if (call == StoreCall::list && listing_denied) return fail(ErrorKind::denied, name, "as scripted");
      if (call != StoreCall::list && !name.starts_with(own_prefix)) ++looks;
      return {};
    };
    add(documents);
  }

  SweepSummary again(const std::string& id) {
    looks = 0;
    extractor.calls = 0;
    auto summary = run({}, id);
    EXPECT_TRUE(summary) << summary.error().text();
    EXPECT_TRUE(summary && summary->finished);
    return summary ? *std::move(summary) : SweepSummary{};
  }

  static std::string table(int document, std::string_view suffix = "raw_text") {
    return fmt::format("d{:03}_{}.parquet", document, suffix);
  }

  static constexpr int documents = 40;
  std::atomic<int> looks = 0;  // at outputs of documents, one by one
  std::atomic<bool> listing_denied = false;
};

TEST_F(KnownDoneTest, NoOutputIsLookedAtWhereNothingChanged) {
  ASSERT_EQ(again("run-1").documents_ok, 40U);
  for (const std::string id : {"run-2", "run-3", "run-4"}) {
    const SweepSummary summary = again(id);
    EXPECT_EQ(summary.documents_skipped, 40U);
    EXPECT_EQ(looks, 0) << id;
    EXPECT_EQ(extractor.calls, 0);
    EXPECT_EQ(progress.documents_running, 0U);
    // The next run can go by it, too.
    EXPECT_EQ(manifest("output_etag", id), manifest("output_etag", "run-1"));
    EXPECT_EQ(manifest("output_uri", id), manifest("output_uri", "run-1"));
    EXPECT_EQ(manifest("source_etag", id), manifest("source_etag", "run-1"));
    EXPECT_EQ(manifest("output_state", id), std::vector<std::string>(40, "current"));
    EXPECT_EQ(manifest("status", id), std::vector<std::string>(40, "skipped"));
  }
}

TEST_F(KnownDoneTest, WhatWasRemovedOrReplacedOrChangedIsDoneAgain) {
  again("run-1");
  output.erase(table(3));
  output.set(table(5), "somebody's");
  source.set("d007.pdf", "%PDF-1.7 another");
  source.set("d100.pdf", "%PDF-1.7 new");
  const SweepSummary summary = again("run-2");
  EXPECT_EQ(summary.documents_skipped, 37U);
  EXPECT_EQ(summary.documents_ok, 4U);
  EXPECT_EQ(extractor.calls, 4);
  EXPECT_NE(output.bytes(table(5)), "somebody's");
  again("run-3");
  EXPECT_EQ(looks, 0);
}

TEST_F(KnownDoneTest, WhatAWorkerMadeAnewIsLookedAtAndStands) {
  again("run-1");
  const Job job{.source_key = "d004.pdf", .listed = {}, .output_name = "d004.pdf", .document_id = {}, .force = true};
  ASSERT_TRUE(process(mill(), in_force(recipe), job));
  const std::string etag = output.etag(table(4));
  EXPECT_EQ(again("run-2").documents_skipped, 40U);
  EXPECT_EQ(looks, 2);  // a HEAD and a footer
  EXPECT_EQ(output.etag(table(4)), etag);
  again("run-3");
  EXPECT_EQ(looks, 0);
}

TEST_F(KnownDoneTest, OtherSettingsMakeAllDue) {
  again("run-1");
  recipe.ocr_dpi = 300;
  EXPECT_EQ(again("run-2").documents_ok, 40U);
  recipe.ocr_dpi = 200;
  // The first run's outputs are gone, whatever its manifest says.
  EXPECT_EQ(again("run-3").documents_ok, 40U);
  EXPECT_EQ(again("run-4").documents_skipped, 40U);
  EXPECT_EQ(looks, 0);
}

TEST_F(KnownDoneTest, AllOutputsMustBeThere) {
  recipe.outputs = {OutputId::text, OutputId::words};
  again("run-1");
  EXPECT_EQ(again("run-2").documents_skipped, 40U);
  EXPECT_EQ(looks, 0);
  output.erase(table(6, "words"));
  again("run-3");
  EXPECT_GT(looks, 0);
  EXPECT_LE(looks, 3);
}

TEST_F(KnownDoneTest, AnOutputThatSomebodyMadeWithOtherSettingsIsMadeAgain) {
  again("run-1");
  recipe.outputs = {OutputId::text, OutputId::words};
  EXPECT_EQ(again("run-2").documents_ok, 40U);  // words are added, with a stamp of their own
  const auto text_modified_at = output.head(table(4)).value()->modified_at;
  for (int i = 0; i < documents; ++i) output.date(table(i, "words"), text_modified_at + std::chrono::seconds(1));
  EXPECT_EQ(again("run-2b").documents_skipped, 40U);
  EXPECT_GE(looks, 40);  // which stamp of which output vouches for what only they themselves tell
  recipe.outputs = {OutputId::words};
  recipe.ocr_dpi = 300;
  const Job job{.source_key = "d004.pdf", .listed = {}, .output_name = "d004.pdf", .document_id = {}};
  ASSERT_TRUE(process(mill(), in_force(recipe), job));
  output.date(table(4, "words"), text_modified_at + std::chrono::seconds(2));
  recipe.outputs = {OutputId::text, OutputId::words};
  recipe.ocr_dpi = 200;
  EXPECT_EQ(again("run-3").documents_ok, 1U);
  EXPECT_EQ(extractor.calls, 1);
}

TEST_F(KnownDoneTest, DocumentsWithErrorsAreLookedAt) {
  extractor.answer_pages({{}, ErrorKind::crashed});
  again("run-1");
  EXPECT_EQ(again("run-2").documents_partial, 40U);
  EXPECT_EQ(extractor.calls, 40);
}

TEST_F(KnownDoneTest, WithoutAListingEachIsLookedAt) {
  again("run-1");
  listing_denied = true;
  EXPECT_EQ(again("run-2").documents_skipped, 40U);
  EXPECT_GE(looks, 40);
}

TEST_F(KnownDoneTest, AManifestThatIsNoneTellsNothing) {
  again("run-1");
  output.set(manifest_key("run-2"), "PAR1 and no more");
  EXPECT_EQ(again("run-3").documents_skipped, 40U);
  EXPECT_EQ(looks, 0);
  for (const std::string id : {"run-1", "run-2", "run-3"}) output.set(manifest_key(id), "not a table");
  EXPECT_EQ(again("run-4").documents_skipped, 40U);
  EXPECT_GE(looks, 40);
}

TEST_F(KnownDoneTest, ForcedRunsDoAll) {
  again("run-1");
  redo_done = true;
  EXPECT_EQ(again("run-2").documents_ok, 40U);
}

TEST_F(KnownDoneTest, AFewAreLookedAtForLess) {
  for (int i = 10; i < documents; ++i) source.erase(fmt::format("d{:03}.pdf", i));
  again("run-1");
  EXPECT_EQ(again("run-2").documents_skipped, 10U);
  EXPECT_GE(looks, 10);
}

}  // namespace
}  // namespace docmill
