// Tells a transfer that has nearly stopped.
#pragma once

#include <chrono>
#include <cstdint>

namespace docmill::net {

/// A transfer is too slow when it moved fewer than rate x time bytes in a stretch of `time`. Pure.
class SpeedWatch {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  SpeedWatch(std::uint64_t bytes_per_second_min, std::chrono::milliseconds time)
      : bytes_min_(bytes_per_second_min * static_cast<std::uint64_t>(time.count()) / 1000), time_(time) {}

  /// `bytes_moved`: in total. The stretch begins with the first call, and anew whenever it has moved enough.
  bool too_slow(TimePoint now, std::uint64_t bytes_moved) {
    if (!watching_ || bytes_moved - bytes_at_start_ >= bytes_min_) {
      watching_ = true;
      start_ = now;
      bytes_at_start_ = bytes_moved;
    }
    return now - start_ >= time_;
  }

 private:
  std::uint64_t bytes_min_;
  std::chrono::milliseconds time_;
  bool watching_ = false;
  TimePoint start_;
  std::uint64_t bytes_at_start_ = 0;
};

}  // namespace docmill::net
