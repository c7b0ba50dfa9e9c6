// Documents that were listed and wait for a worker: bounded, largest first.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/concurrency.h"
#include "store/object_store.h"

namespace docmill {

struct QueuedDocument {
  std::uint64_t sequence = 0;  // place in the listing
  ObjectInfo info;
  bool is_sure = true;                         // that it is a document; else its first bytes are to decide
  std::optional<std::string> known_etag = {};  // of its primary output, where it is known to be done
};

/// Between the thread that lists and the threads that process. Largest first, so that a long document does not begin
/// when all others are done. Any thread may call any member.
class DocumentQueue {
 public:
  /// `documents_max`: the listing waits while so many are queued.
  DocumentQueue(std::size_t documents_max, Concurrency& concurrency)
      : documents_max_(documents_max), room_(concurrency.make_condition()), work_(concurrency.make_condition()) {}

  /// False when the queue was stopped.
  bool push(QueuedDocument document);
  /// No more will come.
  void finish_listing();
  /// No more is to be begun.
  void stop();

  /// Waits for a document; nothing when all are out, or the queue was stopped.
  std::optional<QueuedDocument> pop();

 private:
  struct LargestFirst {
    bool operator()(const QueuedDocument& a, const QueuedDocument& b) const {
      return a.info.size_bytes != b.info.size_bytes ? a.info.size_bytes > b.info.size_bytes : a.sequence < b.sequence;
    }
  };

  std::size_t documents_max_;
  std::mutex mutex_;
  std::unique_ptr<Condition> room_;  // for the thread that lists
  std::unique_ptr<Condition> work_;  // for those that process
  std::set<QueuedDocument, LargestFirst> documents_;
  bool listed_ = false;
  bool stopped_ = false;
};

}  // namespace docmill
