#include "results/history_file.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "unit/output/sample_record.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

using Merged = HistoryFile::Merged;

/// Etags of versions end in when they were stored: "e1" 1 s after the epoch.
HistoryRow row(std::string uri, std::chrono::seconds finished_at, DocumentStatus status = DocumentStatus::ok,
               std::string etag = "e1") {
  HistoryRow row{.run_id = "run", .docmill_version = "1.2.3", .record = bare_record(std::move(uri))};
  row.record.finished_at = WallTime(finished_at);
  row.record.status = status;
  row.record.source_modified_at = WallTime(std::chrono::seconds(etag.back() - '0'));
  row.record.source_etag = std::move(etag);
  return row;
}

HistoryRow failed(HistoryRow row, ErrorKind kind, DocumentStatus status = DocumentStatus::skipped) {
  row.record.status = status;
  row.record.error_kind = kind;
  return row;
}

HistoryRow told_by(HistoryRow row, std::string sequencer) {
  row.source_sequencer = std::move(sequencer);
  return row;
}

HistoryRow without_version(HistoryRow row) {
  row.record.source_etag.reset();
  row.record.source_modified_at.reset();
  return row;
}

std::string etag_of(const HistoryFile& file) { return json::parse(file.text())["documents"][0]["source_etag"]; }

std::string status_of(const HistoryFile& file, std::size_t place = 0) {
  return json::parse(file.text())["documents"][place]["status"];
}

HistoryFile parsed(const std::string& text) {
  auto file = HistoryFile::parse(text);
  EXPECT_TRUE(file) << file.error().text();
  return file ? *std::move(file) : HistoryFile();
}

TEST(HistoryFile, HasALineForEachDocumentTheNewestFirst) {
  HistoryFile file;
  EXPECT_EQ(file.merge(row("s3://b/old.pdf", 1s)), Merged::changed);
  EXPECT_EQ(file.merge(row("s3://b/new.pdf", 2s)), Merged::changed);
  const std::string text = file.text();
  const json root = json::parse(text);
  EXPECT_EQ(root["docmill_history"], 1);
  ASSERT_EQ(root["documents"].size(), 2U);
  EXPECT_EQ(root["documents"][0]["source_uri"], "s3://b/new.pdf");
  EXPECT_EQ(root["documents"][0]["finished_at"], "1970-01-01T00:00:02.000000Z");
  EXPECT_EQ(root["documents"][0]["run_id"], "run");
  EXPECT_EQ(root["documents"][0]["docmill_version"], "1.2.3");
  EXPECT_NE(text.find("\n{\"source_uri\":\"s3://b/old.pdf\",\"status\":\"ok\","), std::string::npos) << text;
}

TEST(HistoryFile, IsReadBackWithEveryField) {
  HistoryFile file;
  file.merge(told_by({.run_id = "q", .docmill_version = "v", .record = full_record()}, "0A"));
  file.merge(told_by({.run_id = "r", .docmill_version = "v", .record = full_record()}, "0B"));
  file.merge({.run_id = "r", .docmill_version = "v", .record = bare_record("file:///bare")});
  const HistoryFile again = parsed(file.text());
  EXPECT_EQ(again.size(), 2U);
  EXPECT_EQ(again.text(), file.text());
}

TEST(HistoryFile, IsReadHoweverItIsIndented) {
  HistoryFile file;
  file.merge({.run_id = "r", .docmill_version = "v", .record = full_record()});
  EXPECT_EQ(parsed(json::parse(file.text()).dump(4)).text(), file.text());
}

TEST(HistoryFile, OfTwoVersionsTheNewerStaysWhateverTheClocksSay) {
  const HistoryRow older = row("s3://b/a.pdf", 1'200s, DocumentStatus::ok, "e1");
  const HistoryRow newer = row("s3://b/a.pdf", 1s, DocumentStatus::failed, "e2");
  HistoryFile file;
  EXPECT_EQ(file.merge(older), Merged::changed);
  EXPECT_EQ(file.merge(newer), Merged::changed) << "its worker's clock is 20 minutes behind";
  EXPECT_EQ(etag_of(file), "e2");
  HistoryFile other;
  EXPECT_EQ(other.merge(newer), Merged::changed);
  EXPECT_EQ(other.merge(older), Merged::outdated);
  EXPECT_EQ(etag_of(other), "e2");
}

TEST(HistoryFile, OfOneVersionTheOutcomeThatComesLastStays) {
  HistoryFile file;
  file.merge(row("s3://b/a.pdf", 1'200s, DocumentStatus::failed));
  EXPECT_EQ(file.merge(row("s3://b/a.pdf", 1s, DocumentStatus::ok)), Merged::changed);
  EXPECT_EQ(status_of(file), "ok");
}

// S3 dates to the second: two versions of one second are told apart by their events, or not at all.
TEST(HistoryFile, WithinOneSecondTheSequencersOfTheEventsDecide) {
  int outcomes = 0;
  const auto version = [&outcomes](const std::string& etag, const std::string& sequencer) {
    HistoryRow made = row("s3://b/a.pdf", std::chrono::seconds(++outcomes), DocumentStatus::ok, etag);
    if (!sequencer.empty()) made.source_sequencer = sequencer;
    return made;
  };
  HistoryFile file;
  file.merge(version("a1", "0B"));
  EXPECT_EQ(file.merge(version("b1", "0A")), Merged::outdated);
  EXPECT_EQ(file.merge(version("c1", "0B01")), Merged::changed);
  EXPECT_EQ(file.merge(version("d1", "")), Merged::unclear);
  EXPECT_EQ(etag_of(file), "c1");
  file.place(version("d1", ""));
  EXPECT_EQ(etag_of(file), "d1");
  EXPECT_EQ(file.merge(version("c1", "0C")), Merged::unclear);
}

TEST(HistoryFile, WhatWasThereBeforeIsNotPutThereAgain) {
  HistoryFile file;
  std::vector<HistoryRow> rows;
  for (int i = 0; i < 5; ++i) rows.push_back(row("s3://b/a.pdf", std::chrono::seconds(10 - i)));
  for (const HistoryRow& each : rows) EXPECT_EQ(file.merge(each), Merged::changed);
  const HistoryFile again = parsed(file.text());
  for (HistoryFile known : {file, again}) {
    for (const HistoryRow& each : rows) EXPECT_EQ(known.merge(each), Merged::unchanged);
    EXPECT_EQ(known.text(), file.text());
  }
}

TEST(HistoryFile, ThatADocumentIsGoneIsAlwaysNews) {
  HistoryFile file;
  file.merge(row("s3://b/a.pdf", 5s, DocumentStatus::ok, "e2"));
  const HistoryRow gone = without_version(failed(row("s3://b/a.pdf", 1s), ErrorKind::source_gone));
  EXPECT_EQ(file.merge(gone), Merged::changed);
  EXPECT_EQ(file.merge(row("s3://b/a.pdf", 6s, DocumentStatus::ok, "e2")), Merged::unclear)
      << "it may be there again, or be a late word of before";
  EXPECT_EQ(file.merge(failed(row("s3://b/a.pdf", 2s, DocumentStatus::ok, "e1"), ErrorKind::source_gone)),
            Merged::changed);
}

TEST(HistoryFile, ThatADocumentIsSupersededIsKeptOnlyWhileNothingNewerIs) {
  const HistoryRow superseded = failed(row("s3://b/a.pdf", 9s, DocumentStatus::skipped, "e1"), ErrorKind::superseded);
  HistoryFile file;
  EXPECT_EQ(file.merge(superseded), Merged::changed);
  EXPECT_EQ(file.merge(row("s3://b/a.pdf", 1s, DocumentStatus::ok, "e2")), Merged::changed);
  HistoryRow late = superseded;
  late.record.finished_at += 1s;
  EXPECT_EQ(file.merge(late), Merged::outdated);
  HistoryRow within_a_second = late;
  within_a_second.record.source_etag = "f2";
  within_a_second.record.source_modified_at = WallTime(2s);
  EXPECT_EQ(file.merge(within_a_second), Merged::outdated);
}

TEST(HistoryFile, AnOutcomeWithoutAVersionIsOfHowItStands) {
  HistoryFile file;
  file.merge(row("s3://b/a.pdf", 9s, DocumentStatus::ok, "e2"));
  EXPECT_EQ(file.merge(without_version(failed(row("s3://b/a.pdf", 1s), ErrorKind::denied, DocumentStatus::failed))),
            Merged::changed);
  EXPECT_EQ(file.merge(row("s3://b/a.pdf", 2s, DocumentStatus::ok, "e1")), Merged::unclear);
}

TEST(HistoryFile, ThatAVersionWasFoundDoneIsNoNewsWhereItIsKnownHow) {
  HistoryFile file;
  file.merge(row("s3://b/a.pdf", 1s, DocumentStatus::partial));
  EXPECT_EQ(file.merge(row("s3://b/a.pdf", 2s, DocumentStatus::skipped)), Merged::unchanged);
  EXPECT_EQ(status_of(file), "partial");
  EXPECT_EQ(file.merge(row("s3://b/a.pdf", 3s, DocumentStatus::skipped, "e2")), Merged::changed)
      << "another version is news";
  EXPECT_EQ(status_of(file), "skipped");
  EXPECT_EQ(file.merge(row("s3://b/a.pdf", 2s, DocumentStatus::ok, "e2")), Merged::changed)
      << "and how it was done, when it comes";
  EXPECT_EQ(status_of(file), "ok");
}

TEST(HistoryFile, GivesItsOldestRowsAndForgetsThemWhenAsked) {
  HistoryFile file;
  for (int i = 0; i < 5; ++i) file.merge(row("s3://b/" + std::to_string(i), std::chrono::seconds(i)));
  const auto oldest = file.oldest(3);
  ASSERT_TRUE(oldest);
  ASSERT_EQ(oldest->size(), 2U);
  EXPECT_EQ(oldest->front().record.source_uri, "s3://b/0");
  EXPECT_EQ(oldest->back().record.source_uri, "s3://b/1");
  EXPECT_EQ(file.size(), 5U);
  file.remove(*oldest);
  EXPECT_EQ(file.size(), 3U);
}

TEST(HistoryFile, RefusesWhatIsNoHistoryAndSaysWhatItFound) {
  const std::string good = [] {
    HistoryFile file;
    file.merge(row("s3://b/a.pdf", 1s));
    return file.text();
  }();
  json without_status = json::parse(good);
  without_status["documents"][0].erase("status");
  json without_run = json::parse(good);
  without_run["documents"][0].erase("run_id");
  const std::pair<std::string, std::string> cases[] = {
      {"", "not JSON"},
      {good.substr(0, good.size() - 4), "not JSON"},
      {"{}", "`docmill_history`"},
      {"[]", "`docmill_history`"},
      {R"([{"docmill_history": 1, "documents": []}])", "`docmill_history`"},
      {R"({"processed": {"a.pdf": "2024-01-01"}})", "`docmill_history`"},
      {R"({"docmill_history": 2, "documents": []})", "is not 1"},
      {R"({"docmill_history": 1})", "`documents`"},
      {R"({"docmill_history": 1, "documents": {}})", "`documents`"},
      {R"({"docmill_history": 1, "documents": [7]})", "`documents`"},
      {R"({"docmill_history": 1, "documents": [{}]})", "`document_id`"},
      {without_status.dump(), "`status`"},
      {without_run.dump(), "`run_id`"},
  };
  for (const auto& [text, expected] : cases) {
    const auto file = HistoryFile::parse(text);
    ASSERT_FALSE(file) << text;
    EXPECT_EQ(file.error().kind, ErrorKind::invalid_input) << text;
    EXPECT_NE(file.error().text().find(expected), std::string::npos) << text << ": " << file.error().text();
  }
}

}  // namespace
}  // namespace docmill
