#include "base/clock.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <random>
#include <thread>

namespace docmill {
namespace {

class SystemClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point steady_now() override { return std::chrono::steady_clock::now(); }
  WallTime wall_now() override {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
  void sleep_for(std::chrono::milliseconds duration) override { std::this_thread::sleep_for(duration); }
};

class SystemRandom final : public Random {
 public:
  std::uint64_t next() override {
    thread_local std::mt19937_64 engine{[] {
      std::random_device device;
      return (static_cast<std::uint64_t>(device()) << 32U) | device();
    }()};
    return engine();
  }
};

}  // namespace

std::unique_ptr<Clock> make_system_clock() { return std::make_unique<SystemClock>(); }
std::unique_ptr<Random> make_system_random() { return std::make_unique<SystemRandom>(); }

std::string iso8601(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss hour(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), hour.hours().count(),
                     hour.minutes().count(), hour.seconds().count(), hour.subseconds().count());
}

}  // namespace docmill
