#include "queue/group_commit.h"

#include <utility>

#include "base/exceptions.h"

namespace docmill {

Result<void> GroupCommit::transact(const std::function<Result<void>()>& work) {
  Entry own{.work = &work, .result = {}};
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(&own);
  }
  // Whoever gets the connection does what waits for it, so the others find theirs done.
  const std::lock_guard connection(connection_);
  if (!own.result) commit_waiting();
  return *std::move(own.result);
}

void GroupCommit::commit_waiting() {
  std::vector<Entry*> group;
  {
    const std::lock_guard lock(mutex_);
    group = std::exchange(waiting_, {});
  }
  // The others wait for an answer, whatever became of it.
  const auto committed = without_exceptions([&] {
    return file_.transact([&]() -> Result<void> {
      for (Entry* entry : group)
        if (auto run = run_apart(*entry); !run) return run;
      return {};
    });
  });
  if (committed) return;
  for (Entry* entry : group) entry->result = committed;
}

/// An error of one undoes what that one did. Some errors undo the whole transaction: then there is nothing left to go
/// back to, and it fails for all.
Result<void> GroupCommit::run_apart(Entry& entry) {
  if (auto begun = file_.run("SAVEPOINT work"); !begun) return begun;
  entry.result = without_exceptions(*entry.work);
  if (!*entry.result && !file_.run("ROLLBACK TO work")) return *entry.result;
  return file_.run("RELEASE work");
}

}  // namespace docmill
