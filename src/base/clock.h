// Time and chance come in as arguments, so that a simulator can supply them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace docmill {

using WallTime = std::chrono::sys_time<std::chrono::microseconds>;

/// Any thread may call any member.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::steady_clock::time_point steady_now() = 0;  // for durations and deadlines
  virtual WallTime wall_now() = 0;                                 // for records
  virtual void sleep_for(std::chrono::milliseconds duration) = 0;
};

/// Any thread may call any member.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;  // 64 evenly distributed bits
};

std::unique_ptr<Clock> make_system_clock();
std::unique_ptr<Random> make_system_random();

/// "2026-11-22T01:40:43.123456Z".
std::string iso8601(WallTime time);

}  // namespace docmill
