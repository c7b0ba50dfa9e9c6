// What the contract suite needs of a queue: one to begin with, its dead letters, more receivers, and time that passes.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "queue/queue.h"

namespace docmill {

/// A new, empty queue with dead letters after `receives_max`.
class QueueBackend {
 public:
  static constexpr std::uint32_t receives_max = 3;

  virtual ~QueueBackend() = default;
  virtual Queue& queue() = 0;
  virtual Queue& dead_letters() = 0;
  /// Another receiver of the same queue, as another process has it.
  virtual std::unique_ptr<Queue> another() = 0;
  /// Moves a clock, or sleeps.
  virtual void pass_time(std::chrono::seconds duration) = 0;
};

struct BackendKind {
  std::string name;
  std::function<std::unique_ptr<QueueBackend>()> make;
  // Whether an old receipt is told from that of the latest receive. SQS does; moto's emulation takes any.
  bool tells_old_receipts = true;
  // Whether receivers at a time get different messages. SQS promises at least once, and moto's threads race.
  bool delivers_once = true;
  // Whether a message that is given back unbegun was never received.
  bool takes_receives_back = true;
};

/// The system's clock with time that passes on request as well.
class MovableClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point steady_now() override { return system_->steady_now() + shift_.load(); }
  WallTime wall_now() override { return system_->wall_now() + shift_.load(); }
  void sleep_for(std::chrono::milliseconds duration) override { system_->sleep_for(duration); }
  void move(std::chrono::seconds duration) { shift_ = shift_.load() + duration; }

 private:
  std::unique_ptr<Clock> system_ = make_system_clock();
  std::atomic<std::chrono::seconds> shift_{std::chrono::seconds(0)};
};

}  // namespace docmill
