#include "mill/document_queue.h"

#include <utility>

namespace docmill {

bool DocumentQueue::push(QueuedDocument document) {
  std::unique_lock lock(mutex_);
  while (!stopped_ && documents_.size() >= documents_max_) room_->wait(lock);
  if (stopped_) return false;
  documents_.insert(std::move(document));
  work_->notify_one();
  return true;
}

void DocumentQueue::finish_listing() {
  const std::lock_guard lock(mutex_);
  listed_ = true;
  work_->notify_all();
}

void DocumentQueue::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  room_->notify_all();
  work_->notify_all();
}

std::optional<QueuedDocument> DocumentQueue::pop() {
  std::unique_lock lock(mutex_);
  while (!stopped_ && !listed_ && documents_.empty()) work_->wait(lock);
  if (stopped_ || documents_.empty()) return std::nullopt;
  QueuedDocument document = std::move(documents_.extract(documents_.begin()).value());
  room_->notify_one();
  return document;
}

}  // namespace docmill
