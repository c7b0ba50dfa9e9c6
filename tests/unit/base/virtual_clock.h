// Time and chance for tests: nothing waits, nothing is random.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/clock.h"

namespace docmill {

/// Only sleeping moves it.
class VirtualClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point steady_now() override {
    const std::lock_guard lock(mutex_);
    return std::chrono::steady_clock::time_point(slept_);
  }
  WallTime wall_now() override {
    const std::lock_guard lock(mutex_);
    return WallTime(std::chrono::days(20'000) + slept_ + set_ahead_);
  }
  /// As somebody sets a machine's clock: what is measured in between does not notice.
  void set_wall_ahead(std::chrono::milliseconds by) {
    const std::lock_guard lock(mutex_);
    set_ahead_ += by;
  }
  void sleep_for(std::chrono::milliseconds duration) override {
    const std::lock_guard lock(mutex_);
    slept_ += duration;
    sleeps_.push_back(duration);
  }
  std::vector<std::chrono::milliseconds> sleeps() {
    const std::lock_guard lock(mutex_);
    return sleeps_;
  }

 private:
  std::mutex mutex_;
  std::chrono::milliseconds slept_{}, set_ahead_{};
  std::vector<std::chrono::milliseconds> sleeps_;
};

class FixedRandom final : public Random {
 public:
  explicit FixedRandom(std::uint64_t value = 0) : value_(value) {}
  std::uint64_t next() override { return value_; }

 private:
  std::uint64_t value_;
};

}  // namespace docmill
