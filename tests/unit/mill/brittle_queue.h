// A queue before another one, that fails when a test wants it to.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "queue/queue.h"

namespace docmill {

/// A queue that fails while it is told to.
class BrittleQueue final : public Queue {
 public:
  explicit BrittleQueue(std::unique_ptr<Queue> queue) : queue_(std::move(queue)) {}
  std::atomic<int> failures = 0;  // of the next calls of send()
  ErrorKind kind = ErrorKind::throttled;
  std::vector<std::size_t> batches;

  std::string uri() const override { return queue_->uri(); }
  Result<std::vector<Message>> receive(const ReceiveOptions& options, std::stop_token stop) override {
    return queue_->receive(options, std::move(stop));
  }
  Result<std::vector<Receipt>> change_visibility(std::span<const std::string> handles,
                                                 std::chrono::seconds timeout) override {
    return queue_->change_visibility(handles, timeout);
  }
  Result<Receipt> remove(const std::string& handle) override { return queue_->remove(handle); }
  Result<void> send(std::span<const OutgoingMessage> messages) override {
    if (failures > 0) {
      --failures;
      return fail(kind, uri(), "told to fail");
    }
    batches.push_back(messages.size());
    return queue_->send(messages);
  }
  Result<QueueStatus> status() override { return queue_->status(); }
  Result<void> purge() override { return queue_->purge(); }

 private:
  std::unique_ptr<Queue> queue_;
};

}  // namespace docmill
