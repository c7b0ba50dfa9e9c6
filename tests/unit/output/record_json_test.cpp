#include "output/record_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "document/tables.h"
#include "unit/output/sample_record.h"

namespace docmill {
namespace {

using nlohmann::json;

TEST(RecordJson, HasTheManifestsColumns) {
  const json row = to_json(full_record());
  EXPECT_EQ(row["source_size_bytes"], 18'446'744'073'709'551'615ULL);
  EXPECT_EQ(row["source_modified_at"], "2023-11-14T22:13:20.123456Z");
  EXPECT_EQ(row["status"], "partial");
  EXPECT_EQ(row["error_kind"], "limit_pages");
  std::size_t columns = 0;
  for (const Column& column : documents_table().columns) {
    if (column.name == "run_id" || column.name == "docmill_version") continue;  // the run's, not the record's
    ++columns;
    EXPECT_TRUE(row.contains(column.name)) << column.name;
  }
  EXPECT_EQ(row.size(), columns);
}

TEST(RecordJson, IsNullWhereTheColumnIs) {
  const json row = to_json(bare_record("file:///a"));
  for (const Column& column : documents_table().columns)
    EXPECT_EQ(row.value(column.name, json(nullptr)).is_null(), column.nullable || !row.contains(column.name))
        << column.name;
}

// As uuid.uuid5(uuid.NAMESPACE_URL, ...) of Python's library has it.
TEST(RecordJson, NamesTheSourceByAnIdThatFollowsFromItsUri) {
  EXPECT_EQ(to_json(full_record())["source_id"], "fef9cba3-c0ae-5bf9-9d69-6e313288cd83");
  EXPECT_EQ(to_json(bare_record("s3://bucket/a/b.pdf"))["source_id"], "6e429bee-ae2e-58d5-98ec-74404e424438");
}

TEST(RecordJson, MakesTheRoundTrip) {
  for (const auto& record : {full_record(), bare_record("file:///a")}) {
    const auto again = record_from_json(json::parse(to_json(record).dump()));
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(to_json(*again), to_json(record));
    EXPECT_EQ(again->finished_at, record.finished_at);
    EXPECT_EQ(again->source_modified_at, record.source_modified_at);
    EXPECT_EQ(again->error_message, record.error_message);
  }
}

TEST(RecordJson, OfAnEarlierVersionSaysNothingOfTheOutputsState) {
  json row = to_json(full_record());
  row.erase("output_state");
  const auto record = record_from_json(row);
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_FALSE(record->output_state);
  row["output_state"] = "fresh";
  EXPECT_EQ(record_from_json(row).error().kind, ErrorKind::invalid_input);
}

std::string line_without_feed(std::uint64_t sequence, const DocumentRecord& record) {
  std::string line = json_line_of(sequence, record);
  line.pop_back();
  return line;
}

TEST(RecordJson, ALineHasTheSameMembersBehindTheSequence) {
  for (const auto& record : {full_record(), bare_record("file:///a")}) {
    json row = json::parse(line_without_feed(7, record));
    EXPECT_EQ(row.at("sequence"), 7);
    row.erase("sequence");
    EXPECT_EQ(row, to_json(record));
  }
}

TEST(RecordJson, NamesWhatIsWrong) {
  const json good = to_json(full_record());
  const auto expect_wrong = [](const json& row, const std::string& name) {
    const auto record = record_from_json(row);
    ASSERT_FALSE(record) << row;
    EXPECT_EQ(record.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(record.error().message, testing::HasSubstr(name));
  };
  for (const auto& [name, value] : good.items()) {
    json missing = good;
    missing.erase(name);
    if (name == "source_id") continue;                        // it follows from the URI, and is not read
    if (name != "output_state") expect_wrong(missing, name);  // records of earlier versions have none
    json other_type = good;
    other_type[name] = json::array();
    expect_wrong(other_type, name);
  }
  const std::vector<std::pair<std::string, json>> wrong_values{
      {"status", "done"},           {"error_kind", "strange"},
      {"page_count", 4294967296},   {"page_count", -1},
      {"pages_ocr", 1.5},           {"finished_at", "2026-02-30T00:00:00.000000Z"},
      {"finished_at", "yesterday"}, {"finished_at", "2026-01-01T24:00:00.000000Z"},
      {"source_uri", nullptr}};
  for (const auto& [name, value] : wrong_values) {
    json row = good;
    row[name] = value;
    expect_wrong(row, name);
  }
  for (const json& no_object : {json(nullptr), json::array(), json("text"), json(json::value_t::discarded)})
    expect_wrong(no_object, "object");
}

}  // namespace
}  // namespace docmill
