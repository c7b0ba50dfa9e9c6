// Documents that were listed and wait for a worker: bounded, largest first.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>

#include "store/object_store.h"

namespace docmill {

struct QueuedDocument {
  std::uint64_t sequence = 0;  // place in the listing
  ObjectInfo info;
  bool is_sure = true;  // that it is a document; else its first bytes are to decide
};

/// Between the thread that lists and the threads that process. Largest first, so that a long document does not begin
/// when all others are done. Any thread may call any member.
class DocumentQueue {
 public:
  /// `documents_max`: the listing waits while so many are queued. `bytes_in_flight_max`: at most so many bytes of
  /// documents are out at a time; a larger document goes out alone.
  DocumentQueue(std::size_t documents_max, std::uint64_t bytes_in_flight_max)
      : documents_max_(documents_max), bytes_in_flight_max_(bytes_in_flight_max) {}

  /// False when the queue was stopped.
  bool push(QueuedDocument document);
  /// No more will come.
  void finish_listing();
  /// No more is to be begun.
  void stop();

  /// Waits for a document that fits; nothing when all are out, or the queue was stopped.
  std::optional<QueuedDocument> pop();
  /// A document of this size, taken by pop(), is done with.
  void done(std::uint64_t size_bytes);

 private:
  struct LargestFirst {
    bool operator()(const QueuedDocument& a, const QueuedDocument& b) const {
      return a.info.size_bytes != b.info.size_bytes ? a.info.size_bytes > b.info.size_bytes : a.sequence < b.sequence;
    }
  };
  using Documents = std::set<QueuedDocument, LargestFirst>;
  Documents::const_iterator largest_that_fits() const;

  std::size_t documents_max_;
  std::uint64_t bytes_in_flight_max_;
  std::mutex mutex_;
  std::condition_variable room_;  // for the thread that lists
  std::condition_variable work_;  // for those that process
  Documents documents_;
  std::uint64_t bytes_in_flight_ = 0;
  std::size_t in_flight_ = 0;
  bool listed_ = false;
  bool stopped_ = false;
};

}  // namespace docmill
