// Transactions of several threads that share one commit: a flush to disk takes as long for ten as for one.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "queue/sqlite_file.h"

namespace docmill {

/// Guards the connection of a file that several threads use. Any thread may call any member.
class GroupCommit {
 public:
  explicit GroupCommit(SqliteFile& file) : file_(file) {}

  /// Run `work` in a transaction that may write, and answer when it is durable: all of it takes effect, or on an error
  /// none. Whoever calls while another one is committed shares the next commit with all who do so.
  Result<void> transact(const std::function<Result<void>()>& work);

  /// For reading alone: nobody else uses the connection while it is held.
  std::unique_lock<std::mutex> hold() { return std::unique_lock(connection_); }

 private:
  /// Of a thread that waits in transact().
  struct Entry {
    const std::function<Result<void>()>* work;
    std::optional<Result<void>> result;
  };

  void commit_waiting();
  Result<void> run_apart(Entry& entry);

  SqliteFile& file_;
  std::mutex connection_;
  std::mutex mutex_;  // guards the next one
  std::vector<Entry*> waiting_;
};

}  // namespace docmill
