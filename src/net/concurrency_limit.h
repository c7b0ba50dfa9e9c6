// How many calls may be on their way at a time: found out by trying, like the window of TCP.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>

#include "base/clock.h"

namespace docmill::net {

/// Additive increase, multiplicative decrease: every success raises the limit by 1/limit, a throttled call lowers it by
/// three tenths, at most once in `settle`, since calls that were sent together are throttled together. Any thread.
class ConcurrencyLimit {
 public:
  ConcurrencyLimit(std::size_t max, Clock& clock);

  /// Blocks until a call may be sent; false when `stop` was requested first.
  bool acquire(std::stop_token stop);
  void release();
  void succeeded();
  void throttled();
  std::size_t limit() const;

 private:
  Clock& clock_;
  const double max_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  double limit_;
  std::size_t in_flight_ = 0;
  std::chrono::steady_clock::time_point lowered_at_;
};

}  // namespace docmill::net
