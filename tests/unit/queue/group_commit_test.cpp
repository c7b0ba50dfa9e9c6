// Transactions that share a commit: each keeps its own promise. SQLite itself is the oracle.
#include "queue/group_commit.h"

#include <gtest/gtest.h>

#include <fstream>
#include <latch>
#include <new>
#include <thread>
#include <vector>

#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

class GroupCommitTest : public testing::Test {
 protected:
  GroupCommitTest() { (void)file_->run("CREATE TABLE numbers (number INTEGER)"); }

  Result<void> insert(std::int64_t number) { return file_->run("INSERT INTO numbers VALUES (?)", {number}); }

  std::vector<std::int64_t> numbers() {
    std::vector<std::int64_t> found;
    // Another connection sees what is committed alone.
    const auto other = SqliteFile::open(path_, false).value();
    EXPECT_TRUE(other->run("SELECT number FROM numbers ORDER BY number", {},
                           [&](const SqliteRow& row) { found.push_back(row.integer(0)); }));
    return found;
  }

  /// The file's own count of commits ("file change counter": SQLite's file format, 1.3.9).
  std::uint32_t commits() const {
    std::ifstream file(path_, std::ios::binary);
    file.seekg(24);
    std::uint32_t count = 0;
    for (int i = 0; i < 4; ++i) count = count << 8U | static_cast<unsigned char>(file.get());
    return count;
  }

  /// Runs so many works at once, each in a thread of its own, while somebody else has the connection.
  std::vector<Result<void>> run_together(int count, const std::function<Result<void>(int)>& work) {
    std::vector<Result<void>> results(static_cast<std::size_t>(count));
    std::vector<std::jthread> threads;
    std::latch begun(count);
    {
      const auto connection = group_.hold();
      for (int i = 0; i < count; ++i)
        threads.emplace_back([&, i] {
          begun.count_down();
          results[static_cast<std::size_t>(i)] = group_.transact([&] { return work(i); });
        });
      begun.wait();
    }
    threads.clear();
    return results;
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "file.db";
  std::unique_ptr<SqliteFile> file_ = SqliteFile::open(path_, true).value();
  GroupCommit group_{*file_};
};

TEST_F(GroupCommitTest, WhatIsAnsweredIsDurable) {
  ASSERT_TRUE(group_.transact([&] { return insert(1); }));
  EXPECT_EQ(numbers(), (std::vector<std::int64_t>{1}));
}

TEST_F(GroupCommitTest, ManyShareFewCommits) {
  constexpr int count = 32;
  const std::uint32_t before = commits();
  for (const auto& result : run_together(count, [&](int i) { return insert(i); })) EXPECT_TRUE(result);
  EXPECT_EQ(numbers().size(), count);
  EXPECT_LT(commits() - before, count);
}

TEST_F(GroupCommitTest, OneThatFailsIsUndoneAlone) {
  const auto results = run_together(8, [&](int i) -> Result<void> {
    if (auto inserted = insert(i); !inserted) return inserted;
    if (i % 2 == 1) return fail(ErrorKind::invalid_input, "work", std::to_string(i));
    return {};
  });
  for (std::size_t i = 0; i < results.size(); ++i) {
    ASSERT_EQ(results[i].has_value(), i % 2 == 0);
    if (!results[i]) {
      EXPECT_EQ(results[i].error().message, std::to_string(i));
    }
  }
  EXPECT_EQ(numbers(), (std::vector<std::int64_t>{0, 2, 4, 6}));
}

TEST_F(GroupCommitTest, OneWhoseMemoryRunsOutIsUndoneAlone) {
  const auto results = run_together(8, [&](int i) -> Result<void> {
    if (auto inserted = insert(i); !inserted) return inserted;
    if (i == 4) throw std::bad_alloc();
    return {};
  });
  for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i].has_value(), i != 4);
  EXPECT_EQ(numbers(), (std::vector<std::int64_t>{0, 1, 2, 3, 5, 6, 7}));
}

TEST_F(GroupCommitTest, OneThatUndoesTheTransactionFailsAllOfItsGroup) {
  const auto results = run_together(8, [&](int i) -> Result<void> {
    if (auto inserted = insert(i); !inserted) return inserted;
    if (i != 4) return {};
    (void)file_->run("ROLLBACK");  // as SQLite does of itself where the disk is full
    return fail(ErrorKind::unavailable, "work", "disk full");
  });
  std::vector<std::int64_t> done;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i]) {
      done.push_back(static_cast<std::int64_t>(i));
    } else {
      EXPECT_EQ(results[i].error().message, "disk full");
    }
  }
  EXPECT_FALSE(results[4]);
  EXPECT_EQ(numbers(), done) << "what was answered is there, and nothing else";
  EXPECT_TRUE(group_.transact([&] { return insert(9); }));
}

}  // namespace
}  // namespace docmill
