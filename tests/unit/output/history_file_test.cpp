#include "output/history_file.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "unit/output/sample_record.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

HistoryRow row(std::string uri, std::chrono::seconds finished_at, DocumentStatus status = DocumentStatus::ok,
               std::string etag = "e1") {
  HistoryRow row{.run_id = "run", .docmill_version = "1.2.3", .record = bare_record(std::move(uri))};
  row.record.finished_at = WallTime(finished_at);
  row.record.status = status;
  row.record.source_etag = std::move(etag);
  return row;
}

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
  EXPECT_TRUE(file.merge(row("s3://b/old.pdf", 1s)));
  EXPECT_TRUE(file.merge(row("s3://b/new.pdf", 2s)));
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
  file.merge({.run_id = "r", .docmill_version = "v", .record = full_record()});
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

TEST(HistoryFile, TheNewerOutcomeStaysWhateverTheOrder) {
  const HistoryRow first = row("s3://b/a.pdf", 1s, DocumentStatus::failed);
  const HistoryRow second = row("s3://b/a.pdf", 2s, DocumentStatus::ok);
  HistoryFile file;
  EXPECT_TRUE(file.merge(first));
  EXPECT_TRUE(file.merge(second));
  EXPECT_FALSE(file.merge(first));
  EXPECT_FALSE(file.merge(second));
  EXPECT_EQ(status_of(file), "ok");
  HistoryFile other;
  EXPECT_TRUE(other.merge(second));
  EXPECT_FALSE(other.merge(first));
  EXPECT_EQ(other.text(), file.text());
}

TEST(HistoryFile, ThatAVersionWasFoundDoneIsNoNewsWhereItIsKnownHow) {
  HistoryFile file;
  file.merge(row("s3://b/a.pdf", 1s, DocumentStatus::partial));
  EXPECT_FALSE(file.merge(row("s3://b/a.pdf", 2s, DocumentStatus::skipped)));
  EXPECT_EQ(status_of(file), "partial");
  EXPECT_TRUE(file.merge(row("s3://b/a.pdf", 3s, DocumentStatus::skipped, "e2"))) << "another version is news";
  EXPECT_EQ(status_of(file), "skipped");
  EXPECT_TRUE(file.merge(row("s3://b/a.pdf", 2s, DocumentStatus::ok, "e2"))) << "and how it was done, when it comes";
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
