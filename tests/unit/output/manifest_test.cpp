#include "output/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <thread>

#include "document/tables.h"
#include "document/version.h"
#include "output/journal.h"
#include "output/record_json.h"
#include "store/folder_store.h"
#include "unit/output/parquet_reading.h"
#include "unit/output/sample_record.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class Manifest : public testing::Test {
 protected:
  ObjectStore& store() { return *store_; }
  const TemporaryFolder& folder() { return folder_; }
  fs::path journal_path() const { return folder_ / "journals/run.journal"; }

  // A journal with rows of these sequences, its writer gone.
  void write_journal(const std::vector<std::uint64_t>& sequences) {
    auto journal = Journal::create(journal_path(), "run-1").value();
    for (std::size_t i = 0; i < sequences.size(); ++i)
      ASSERT_TRUE(journal->append(sequences[i], bare_record(std::to_string(sequences[i]) + "#" + std::to_string(i))));
  }
  void append_raw(std::string_view bytes) { std::ofstream(journal_path(), std::ios::app | std::ios::binary) << bytes; }

  std::vector<std::string> published_uris() {
    const auto key = publish_manifest(journal_path(), store());
    EXPECT_TRUE(key) << key.error().text();
    const auto read = read_parquet(folder_.read("out/" + key.value_or("")));
    if (read.table->num_rows() == 0) return {};
    const auto& uris = column<arrow::StringArray>(read, "source_uri");
    std::vector<std::string> texts;
    for (std::int64_t i = 0; i < uris.length(); ++i) texts.emplace_back(uris.GetView(i));
    return texts;
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> store_ = open_folder_store(folder_ / "out", true).value();
};

TEST_F(Manifest, RowsAreInTheOrderOfTheListingAndTheJournalGoes) {
  write_journal({3, 0, 10, 1});
  EXPECT_THAT(published_uris(), ElementsAre("0#1", "1#3", "3#0", "10#2"));
  EXPECT_FALSE(fs::exists(journal_path()));
}

TEST_F(Manifest, HasEveryColumnOfTheRecordAndTheRun) {
  {
    auto journal = Journal::create(journal_path(), "run-1").value();
    EXPECT_EQ(journal->run_id(), "run-1");
    EXPECT_EQ(journal->path(), journal_path());
    ASSERT_TRUE(journal->append(0, full_record()));
    ASSERT_TRUE(journal->append(1, bare_record("file:///a")));
  }
  ASSERT_EQ(publish_manifest(journal_path(), store()).value(), "_docmill/runs/run-1.parquet");
  const auto read = read_parquet(folder().read("out/_docmill/runs/run-1.parquet"));
  EXPECT_TRUE(read.table->schema()->Equals(*documents_table().schema, false)) << read.table->schema()->ToString();
  EXPECT_EQ(column<arrow::StringArray>(read, "run_id").GetView(1), "run-1");
  EXPECT_EQ(column<arrow::StringArray>(read, "docmill_version").GetView(0), version);
  EXPECT_EQ(column<arrow::TimestampArray>(read, "source_modified_at").Value(0), 1'700'000'000'123'456);
  EXPECT_EQ(column<arrow::TimestampArray>(read, "finished_at").Value(0), 1'800'000'000'000'001);
  EXPECT_EQ(column<arrow::UInt64Array>(read, "source_size_bytes").Value(0), 18'446'744'073'709'551'615ULL);
  EXPECT_EQ(column<arrow::StringArray>(read, "status").GetView(0), "partial");
  EXPECT_EQ(column<arrow::StringArray>(read, "error_kind").GetView(0), "limit_pages");
  EXPECT_EQ(column<arrow::StringArray>(read, "error_message").GetView(0), "a \"quoted\"\nmessage");
  for (int i = 0; i < read.table->num_columns(); ++i)
    EXPECT_EQ(read.table->column(i)->null_count(),
              documents_table().columns[static_cast<std::size_t>(i)].nullable ? 1 : 0);
}

TEST_F(Manifest, ATornLastLineIsLeftOut) {
  write_journal({1, 0});
  const std::string row = json_line_of(2, bare_record("torn"));
  append_raw(row.substr(0, row.size() - 1));  // whole but for its line feed: whether the rest was written nobody knows
  EXPECT_THAT(published_uris(), ElementsAre("0#1", "1#0"));
}

TEST_F(Manifest, AMalformedLineInTheMiddleIsSkipped) {
  write_journal({1});
  append_raw("{\"sequence\":2}\n{\"sequence\":3,\"status\":\"ok\"}\nnot JSON\n\n\xff\n[1,2]\n");
  append_raw(json_line_of(0, bare_record("last")));
  EXPECT_THAT(published_uris(), ElementsAre("last", "1#0"));
}

// As version 0.1 wrote them: its dead runs may be found by a later version.
TEST_F(Manifest, MembersOfARowMayStandInAnyOrder) {
  write_journal({1});
  nlohmann::json row = to_json(bare_record("sorted"));
  row["sequence"] = 0;
  append_raw(row.dump() + "\n");
  EXPECT_THAT(published_uris(), ElementsAre("sorted", "1#0"));
}

TEST_F(Manifest, OfSeveralRowsWithOneSequenceTheLastCounts) {
  write_journal({5, 3, 5, 3, 5});
  EXPECT_THAT(published_uris(), ElementsAre("3#3", "5#4"));
}

TEST_F(Manifest, OfARunWithoutDocumentsHasNoRows) {
  write_journal({});
  EXPECT_THAT(published_uris(), IsEmpty());
}

TEST_F(Manifest, OfAnythingButAJournalIsInvalidInput) {
  for (const std::string text :
       {"", "{", "{}\n", "not JSON\n", "[]\n", "{\"run_id\":\"a\",\"docmill_version\":\"0\"}"}) {
    folder().write("journals/run.journal", text);
    EXPECT_EQ(publish_manifest(journal_path(), store()).error().kind, ErrorKind::invalid_input) << text;
    EXPECT_TRUE(fs::exists(journal_path()));
  }
}

TEST_F(Manifest, OfARunIdThatLeadsElsewhereIsInvalidInput) {
  folder().write("journals/run.journal", "{\"run_id\":\"../../../a\",\"docmill_version\":\"0\"}\n");
  EXPECT_EQ(publish_manifest(journal_path(), store()).error().kind, ErrorKind::invalid_input);
}

TEST_F(Manifest, OfManyRowsIsCutIntoRowGroups) {
  constexpr std::uint64_t rows = 25'000;
  std::vector<std::uint64_t> sequences(rows);
  std::iota(sequences.begin(), sequences.end(), 0);
  std::ranges::shuffle(sequences, std::mt19937(1));
  write_journal(sequences);
  const auto key = publish_manifest(journal_path(), store()).value();
  const auto read = read_parquet(folder().read("out/" + key));
  EXPECT_EQ(read.metadata->num_row_groups(), 3);
  EXPECT_EQ(read.metadata->RowGroup(0)->num_rows(), 10'000);
  const auto& uris = column<arrow::StringArray>(read, "source_uri");
  ASSERT_EQ(uris.length(), static_cast<std::int64_t>(rows));
  for (std::int64_t i = 0; i < uris.length(); ++i) ASSERT_TRUE(uris.GetView(i).starts_with(std::to_string(i) + "#"));
}

TEST_F(Manifest, PublishedTwiceIsTheSameFile) {
  write_journal({2, 1});
  const std::string journal = folder().read("journals/run.journal");
  const auto key = publish_manifest(journal_path(), store()).value();
  const std::string first = folder().read("out/" + key);
  folder().write("journals/run.journal", journal);
  ASSERT_TRUE(publish_manifest(journal_path(), store()));
  EXPECT_EQ(folder().read("out/" + key), first);
}

TEST_F(Manifest, TheJournalTakesRowsFromAnyThread) {
  {
    auto journal = Journal::create(journal_path(), "run-1").value();
    std::vector<std::jthread> threads;
    for (std::uint64_t i = 0; i < 8; ++i)
      threads.emplace_back([&, i] {
        for (std::uint64_t row = 0; row < 100; ++row) ASSERT_TRUE(journal->append(row * 8 + i, bare_record("x")));
      });
  }
  EXPECT_EQ(published_uris().size(), 800U);
}

TEST_F(Manifest, AJournalThatExistsIsInvalidInput) {
  write_journal({1});
  EXPECT_EQ(Journal::create(journal_path(), "run-1").error().kind, ErrorKind::invalid_input);
  EXPECT_THAT(published_uris(), ElementsAre("1#0"));
}

TEST_F(Manifest, DeadJournalsAreThoseThatNobodyHoldsOpen) {
  EXPECT_THAT(dead_journals(folder() / "none").value(), IsEmpty());
  write_journal({1});
  const auto living = Journal::create(folder() / "journals/living", "run-2").value();
  folder().write("journals/a lock", "");
  folder().write("journals/something else", "{\"run\":1}\n");
  fs::create_directory(folder() / "journals/folder");
  EXPECT_THAT(dead_journals(folder() / "journals").value(), ElementsAre(journal_path()));
}

TEST_F(Manifest, RowsOfAKilledWriterAreInItsManifest) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto journal = Journal::create(journal_path(), "run-1").value();
    for (std::uint64_t i = 0; i < 3; ++i) (void)journal->append(i, bare_record("row " + std::to_string(i)));
    ::kill(::getpid(), SIGKILL);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_THAT(dead_journals(folder() / "journals").value(), ElementsAre(journal_path()));
  EXPECT_THAT(published_uris(), ElementsAre("row 0", "row 1", "row 2"));
}

// A part of a row that a full disk took must not spoil the row that comes after it.
TEST_F(Manifest, ARowThatADiskTookInPartIsTakenBack) {
  const TemporaryFolder disk;
  if (::mount("tmpfs", disk.path().c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "needs root to mount a small tmpfs";
  const fs::path path = disk / "run.journal";
  auto journal = Journal::create(path, "run-1").value();
  DocumentRecord record = bare_record("x");
  record.error_message = std::string(10'000, 'm');
  std::uint64_t rows = 0;
  auto appended = journal->append(rows, record);
  for (; appended && rows < 100; appended = journal->append(rows, record)) ++rows;
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(appended.error().message, testing::HasSubstr("disk full"));
  EXPECT_TRUE(journal->append(1000, bare_record("small")));
  const auto key = publish_manifest(path, store());
  journal.reset();
  ::umount2(disk.path().c_str(), MNT_DETACH);
  ASSERT_TRUE(key) << key.error().text();
  const auto read = read_parquet(folder().read("out/" + *key));
  EXPECT_EQ(read.table->num_rows(), static_cast<std::int64_t>(rows) + 1);
}

}  // namespace
}  // namespace docmill
