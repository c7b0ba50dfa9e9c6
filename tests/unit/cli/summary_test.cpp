#include "cli/summary.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>

namespace docmill {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

SweepSummary all_ok() {
  SweepSummary summary;
  summary.documents_ok = 3;
  summary.pages = 40;
  summary.manifest_uri = "file:///out/_docmill/runs/r.parquet";
  summary.finished = true;
  return summary;
}

TEST(Summary, PagesOfWhichSomethingIsMissingAreCounted) {
  SweepSummary summary = all_ok();
  EXPECT_THAT(summary_text(summary, 2s), Not(HasSubstr("in vain")));
  EXPECT_EQ(nlohmann::json::parse(summary_json(summary, 2s)).at("ocr_in_vain"), 0);
  summary.pages_warned = {2, 1, 3};
  EXPECT_THAT(summary_text(summary, 2s),
              HasSubstr("2 pages recognised in vain, 1 page with text in pictures that could not be read, "
                        "3 pages with text that nobody sees, which was left out\n"));
  const auto json = nlohmann::json::parse(summary_json(summary, 2s));
  EXPECT_EQ(json.at("ocr_in_vain"), 2);
  EXPECT_EQ(json.at("unread_text"), 1);
  EXPECT_EQ(json.at("hidden_text"), 3);
}

TEST(Summary, ScriptsThatNoLanguageHasAreCountedWithTheirPackage) {
  SweepSummary summary = all_ok();
  EXPECT_EQ(nlohmann::json::parse(summary_json(summary, 2s)).at("unread_scripts"), nlohmann::json::array());
  EXPECT_THAT(summary_text(summary, 2s), Not(HasSubstr("script")));
  const auto pages_of = [&](std::string_view code) -> std::uint64_t& {
    const auto* const at = std::ranges::find(warning::counted, code);
    return summary.pages_warned.at(static_cast<std::size_t>(at - warning::counted.begin()));
  };
  pages_of("unread_script_han") = 1;
  pages_of("unread_script_cyrillic") = 12;
  EXPECT_THAT(summary_text(summary, 2s),
              HasSubstr("12 pages with letters of a script that no OCR language has, cyrillic by its looks: install "
                        "Debian's tesseract-ocr-rus\n"
                        "1 page with letters of a script that no OCR language has, han by its looks: install Debian's "
                        "tesseract-ocr-chi-sim\n"));
  EXPECT_EQ(nlohmann::json::parse(summary_json(summary, 2s)).at("unread_scripts").dump(),
            R"([{"package":"tesseract-ocr-rus","pages":12,"script":"cyrillic"},)"
            R"({"package":"tesseract-ocr-chi-sim","pages":1,"script":"han"}])");
}

SweepSummary with_failures() {
  SweepSummary summary = all_ok();
  summary.documents_failed = 1;
  summary.documents_skipped = 2;
  summary.documents_skipped_with_error = 1;
  summary.attention = {{.source_uri = "file:///in/a.pdf",
                        .status = DocumentStatus::failed,
                        .error_kind = ErrorKind::encrypted,
                        .error_message = "no password opens it",
                        .known_before = false},
                       {.source_uri = "file:///in/b.pdf",
                        .status = DocumentStatus::skipped,
                        .error_kind = std::nullopt,
                        .error_message = "",
                        .known_before = true}};
  return summary;
}

TEST(ExitCode, IsZeroWhenEveryDocumentIsOk) {
  SweepSummary summary = all_ok();
  EXPECT_EQ(exit_code_of(summary), 0);
  summary.documents_skipped = 5;
  EXPECT_EQ(exit_code_of(summary), 0);
}

TEST(ExitCode, IsOneWhenDocumentsFailedNowOrBefore) {
  for (std::uint64_t SweepSummary::* const member : {&SweepSummary::documents_failed, &SweepSummary::documents_partial,
                                                     &SweepSummary::documents_skipped_with_error}) {
    SweepSummary summary = all_ok();
    summary.*member = 1;
    EXPECT_EQ(exit_code_of(summary), 1);
  }
}

TEST(ExitCode, IsThreeWhenTheRunOrItsManifestIsNotWhole) {
  SweepSummary summary = with_failures();
  summary.finished = false;
  EXPECT_EQ(exit_code_of(summary), 3);
  summary = all_ok();
  summary.manifest_uri.clear();
  EXPECT_EQ(exit_code_of(summary), 3);
}

TEST(Summary, CountsDocumentsAndPages) {
  const std::string text = summary_text(all_ok(), 2s);
  EXPECT_THAT(text, HasSubstr("3 documents: 3 ok, 0 partial, 0 failed, 0 skipped\n"));
  EXPECT_THAT(text, HasSubstr("40 pages in 2.0 s (20.0 pages/s)"));
  EXPECT_THAT(text, HasSubstr("docmill show file:///out/_docmill/runs/r.parquet"));
  EXPECT_THAT(text, Not(HasSubstr("Next:")));
}

TEST(Summary, NamesFailedDocumentsWithReasonsAndWhatToDo) {
  const std::string text = summary_text(with_failures(), 2s);
  EXPECT_THAT(text, HasSubstr("failed   file:///in/a.pdf: no password opens it (encrypted)\n"));
  EXPECT_THAT(text, HasSubstr("skipped  file:///in/b.pdf, known from an earlier run\n"));
  EXPECT_THAT(text, HasSubstr("--passwords-file FILE"));
  EXPECT_THAT(text, HasSubstr("--retry-failed"));
}

TEST(Summary, CapsTheListAndSaysHowManyMore) {
  SweepSummary summary = all_ok();
  summary.documents_failed = 5'000;
  for (int i = 0; i < 1'000; ++i)
    summary.attention.push_back({.source_uri = "x\x1b[2J",
                                 .status = DocumentStatus::failed,
                                 .error_kind = ErrorKind::corrupt,
                                 .error_message = "m",
                                 .known_before = false});
  const std::string text = summary_text(summary, 1s);
  EXPECT_THAT(text, HasSubstr("and 4980 more, in the manifest"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Summary, TellsWhatWasLeftOutAndWhy) {
  SweepSummary summary = all_ok();
  EXPECT_THAT(summary_text(summary, 1s), Not(HasSubstr("Left out")));
  for (int i = 0; i < 3; ++i) summary.left_out.add(LeftOut::link_out, "x");
  summary.left_out.add(LeftOut::special, "fifo");
  EXPECT_THAT(summary_text(summary, 1s),
              HasSubstr("Left out: 3 links that lead out of --in (--follow-links follows them), 1 device, pipe or "
                        "socket\n"));
  const auto json = nlohmann::json::parse(summary_json(summary, 1s));
  EXPECT_EQ(json.at("left_out").at("link_out"), 3);
  EXPECT_EQ(json.at("left_out").at("vanished"), 0);
}

TEST(Summary, OfAPlaceWithoutDocumentsSaysSo) {
  SweepSummary summary;
  summary.finished = summary.nothing_new = summary.failed_empty = true;
  EXPECT_EQ(exit_code_of(summary), 1);
  EXPECT_THAT(summary_text(summary, 1s), HasSubstr("No PDF and no image lies below --in: nothing is there"));
  summary.left_out.add(LeftOut::link_out, "x");
  EXPECT_THAT(summary_text(summary, 1s), HasSubstr("No PDF and no image lies below --in\nLeft out: 1 link that"));
  summary.failed_empty = false;
  EXPECT_EQ(exit_code_of(summary), 0);
}

TEST(Summary, OfARunThatDidNothingNewSaysThatThereIsNoManifest) {
  SweepSummary summary = with_failures();
  summary.manifest_uri.clear();
  summary.nothing_new = true;
  EXPECT_EQ(exit_code_of(summary), 1);
  EXPECT_THAT(summary_text(summary, 1s), HasSubstr("no manifest was written (--manifest always"));
  EXPECT_THAT(summary_text(summary, 1s), Not(HasSubstr("Manifest:")));
}

TEST(Summary, NamesStaleOutputs) {
  SweepSummary summary = with_failures();
  EXPECT_THAT(summary_text(summary, 1s), Not(HasSubstr("stale")));
  summary.outputs_stale = 25;
  for (int i = 0; i < 25; ++i)
    summary.stale.push_back(
        {.source_uri = "file:///in/x.pdf", .output_uri = fmt::format("file:///out/{:02}\x1b_raw_text.parquet", i)});
  const std::string text = summary_text(summary, 1s);
  EXPECT_THAT(text, HasSubstr("25 outputs are stale"));
  EXPECT_THAT(text, HasSubstr("file:///out/19"));
  EXPECT_THAT(text, Not(HasSubstr("file:///out/20")));
  EXPECT_THAT(text, HasSubstr("and 5 more"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  const auto json = nlohmann::json::parse(summary_json(summary, 1s));
  EXPECT_EQ(json.at("outputs_stale"), 25);
  EXPECT_EQ(json.at("stale").size(), 25U);
  EXPECT_EQ(json.at("stale").at(0).at("source_uri"), "file:///in/x.pdf");
}

TEST(Summary, TellsWhereTheRowsAreWhenTheManifestCouldNotBeWritten) {
  SweepSummary summary = all_ok();
  summary.manifest_uri.clear();
  summary.finished = false;
  summary.journal = "/var/j";
  summary.place_errors = {{.kind = ErrorKind::unavailable, .subject = "file:///out", .message = "no space left"}};
  const std::string text = summary_text(summary, 1s);
  EXPECT_THAT(text, HasSubstr("its rows are in /var/j"));
  EXPECT_THAT(text, HasSubstr("file:///out: no space left (unavailable)"));
  EXPECT_THAT(text, HasSubstr("run the same command again"));
}

TEST(Summary, IsOneJsonObjectForScripts) {
  const auto json = nlohmann::json::parse(summary_json(with_failures(), 2s));
  EXPECT_EQ(json.at("documents"), 6);
  EXPECT_EQ(json.at("documents_failed"), 1);
  EXPECT_EQ(json.at("exit_code"), 1);
  EXPECT_EQ(json.at("elapsed_ms"), 2'000);
  EXPECT_EQ(json.at("attention").at(0).at("error_kind"), "encrypted");
  EXPECT_TRUE(json.at("attention").at(1).at("error_kind").is_null());
  EXPECT_TRUE(json.at("journal").is_null());
}

}  // namespace
}  // namespace docmill
