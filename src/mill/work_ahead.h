// Work that threads do ahead of whoever takes its results in order.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/concurrency.h"

namespace docmill {

/// Items are taken in the order in which they were given, each when its work is done. One thread gives and takes; where
/// the system grants no thread it does the work itself.
template <typename Item>
class WorkAhead {
 public:
  /// `work` is called on any thread, for different items at a time, and throws nothing.
  WorkAhead(std::size_t threads_max, std::function<void(Item&)> work) : work_(std::move(work)) {
    while (threads_.size() < threads_max) {
      auto thread = start_thread([this](const std::stop_token& stop) { go(stop); }, [](const Error&) {});
      if (!thread) break;
      threads_.push_back(*std::move(thread));
    }
  }
  WorkAhead(const WorkAhead&) = delete;
  WorkAhead& operator=(const WorkAhead&) = delete;
  /// What was not begun is not done.
  ~WorkAhead() {
    for (std::jthread& thread : threads_) thread.request_stop();
  }

  std::size_t size() const { return items_.size(); }

  void give(Item item, bool has_work) {
    items_.push_back(std::make_unique<Slot>(Slot{.item = std::move(item), .is_done = !has_work}));
    if (!has_work || threads_.empty()) return;
    {
      const std::lock_guard lock(mutex_);
      to_do_.push_back(items_.back().get());
    }
    given_.notify_one();
  }

  /// The oldest. REQUIRES: size() is not 0.
  Item take() {
    Slot& slot = *items_.front();
    if (threads_.empty()) {
      if (!slot.is_done) work_(slot.item);
    } else {
      std::unique_lock lock(mutex_);
      done_.wait(lock, [&] { return slot.is_done; });
    }
    Item item = std::move(slot.item);
    items_.pop_front();
    return item;
  }

 private:
  struct Slot {
    Item item;
    bool is_done = false;  // guarded by mutex_ where it has work
  };

  void go(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (given_.wait(lock, stop, [&] { return !to_do_.empty(); })) {
      Slot& slot = *to_do_.front();
      to_do_.pop_front();
      lock.unlock();
      work_(slot.item);
      lock.lock();
      slot.is_done = true;
      done_.notify_one();
      if (stop.stop_requested()) return;
    }
  }

  const std::function<void(Item&)> work_;
  std::deque<std::unique_ptr<Slot>> items_;
  std::mutex mutex_;
  std::condition_variable_any given_;
  std::condition_variable done_;
  std::deque<Slot*> to_do_;            // guarded by mutex_
  std::vector<std::jthread> threads_;  // last
};

}  // namespace docmill
