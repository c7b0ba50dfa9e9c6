// Results in one object of a store, which any number of workers update: `--history`. A person can read it.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/concurrency.h"
#include "results/history_file.h"
#include "results/results.h"
#include "store/object_store.h"

namespace docmill {

struct HistorySettings {
  std::string key;     // in the store: "pdf_process_history.json"
  std::string run_id;  // of this process, as rows have it
  /// The object has the newest so many documents, and up to a tenth more. What is beyond moves, together, to
  /// "pdf_process_history/part-*.parquet".
  std::size_t documents_max = 20'000;
  /// Outcomes are gathered for at most so long before they are written.
  std::chrono::milliseconds gather_max{5'000};
};

/// Whether an outcome is outdated HistoryFile::merge tells. Where the times and events of the versions leave it open,
/// or say that an outcome is an older version's, the source is asked whether that version is the present one: a file
/// may be replaced by one with an earlier time. So clocks of workers that differ lose nothing.
///
/// Every write says If-Match with the version that it was made from, and starts over from the new version when that is
/// refused: so no update of another worker is lost. Updates of one worker that come while it writes share the next
/// write, which begins when as much time has passed as the last one took, so that a slow store is written half of the
/// time and a fast one at once.
///
/// A part is written before its rows leave the object, and named by what it holds: a worker that dies between leaves
/// rows in both, one that is refused writes the same part again.
///
/// Any thread may call any member. No lock is held while the store is asked. The store, the clock and the others
/// outlive it.
class History final : public Results {
 public:
  /// `source`: where the documents come from.
  History(ObjectStore& store, ObjectStore& source, HistorySettings settings, Clock& clock, Random& random,
          Concurrency& concurrency);

  /// Read it before there is something to write. Errors: invalid_input (what is there is no history; it is never
  /// overwritten), those of the store.
  Result<void> check();

  /// Errors beside those of the interface: unavailable (others wrote first, again and again).
  Result<void> put(const Job& job, const DocumentRecord& record) override;
  /// Reads the object, and of a document that is not in it the parts, the newest first.
  Result<std::optional<StoredResult>> get(std::string_view source_uri) override;
  /// Reads the object, and parts only where it holds fewer.
  Result<std::vector<StoredResult>> list(std::size_t count_max) override;

 private:
  struct Outcome {
    std::string source_key;
    HistoryRow row;
  };
  /// Outcomes that are written together.
  struct Group {
    std::vector<Outcome> outcomes;
    std::optional<Result<void>> outcome = {};
  };
  /// What the object holds, in the version that we read or wrote last.
  struct Current {
    HistoryFile file;
    WriteCondition condition;
    std::optional<Error> unread = {};  // reading is denied: perhaps only because there is none yet
  };

  void lead(std::unique_lock<std::mutex>& lock);
  Result<void> write(const std::vector<Outcome>& outcomes);
  Result<bool> try_to_write(const std::vector<Outcome>& outcomes);
  Result<bool> merge_and_put(const std::vector<Outcome>& outcomes);
  Result<bool> merge(const Outcome& outcome);
  Result<bool> is_present(const Outcome& outcome, bool otherwise);
  Result<void> read();
  Result<HistoryFile> read_now();
  Result<std::vector<std::string>> parts_newest_first();
  Result<void> move_oldest();
  Result<void> write_part(const std::vector<HistoryRow>& rows);
  std::string part_prefix() const;
  std::string part_key(const std::vector<HistoryRow>& rows) const;
  void wait_after_refusal(int round);
  Error advise(Error error) const;

  ObjectStore& store_;
  ObjectStore& source_;
  const HistorySettings settings_;
  Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::unique_ptr<Condition> changed_;
  std::shared_ptr<Group> gathering_ = std::make_shared<Group>();
  bool writing_ = false;
  std::chrono::steady_clock::time_point next_write_{};
  std::optional<Current> current_;  // belongs to the thread that writes
};

}  // namespace docmill
