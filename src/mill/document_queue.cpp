#include "mill/document_queue.h"

#include <utility>

namespace docmill {

bool DocumentQueue::push(QueuedDocument document) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] { return stopped_ || documents_.size() < documents_max_; });
  if (stopped_) return false;
  documents_.insert(std::move(document));
  work_.notify_one();
  return true;
}

void DocumentQueue::finish_listing() {
  const std::lock_guard lock(mutex_);
  listed_ = true;
  work_.notify_all();
}

void DocumentQueue::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  room_.notify_all();
  work_.notify_all();
}

DocumentQueue::Documents::const_iterator DocumentQueue::largest_that_fits() const {
  if (in_flight_ == 0) return documents_.begin();
  if (bytes_in_flight_ > bytes_in_flight_max_) return documents_.end();
  QueuedDocument limit;
  limit.info.size_bytes = bytes_in_flight_max_ - bytes_in_flight_;
  return documents_.lower_bound(limit);
}

std::optional<QueuedDocument> DocumentQueue::pop() {
  std::unique_lock lock(mutex_);
  auto found = documents_.cend();
  work_.wait(lock, [&] {
    found = largest_that_fits();
    return stopped_ || found != documents_.cend() || (listed_ && documents_.empty());
  });
  // Each wakes the next: what holds for one waiting thread may hold for another, but rarely for all of them.
  work_.notify_one();
  if (stopped_ || found == documents_.cend()) return std::nullopt;
  QueuedDocument document = std::move(documents_.extract(found).value());
  bytes_in_flight_ += document.info.size_bytes;
  ++in_flight_;
  room_.notify_one();
  return document;
}

void DocumentQueue::done(std::uint64_t size_bytes) {
  const std::lock_guard lock(mutex_);
  bytes_in_flight_ -= size_bytes;
  --in_flight_;
  work_.notify_one();
}

}  // namespace docmill
