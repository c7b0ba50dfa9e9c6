// Threads and waiting come in as arguments, so that a simulator can run the same code in one thread and virtual time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/clock.h"
#include "base/error.h"

namespace docmill {

/// Where threads wait for each other. Whoever changes what others wait for does so under the mutex of their lock and
/// then notifies. Nobody waits for anything else (a store, a queue) while holding such a mutex.
class Condition {
 public:
  virtual ~Condition() = default;
  /// May wake up early, so the caller looks again.
  virtual void wait(std::unique_lock<std::mutex>& lock) = 0;
  virtual void wait_until(std::unique_lock<std::mutex>& lock, std::chrono::steady_clock::time_point deadline) = 0;
  /// Wakes one of those that wait now, if any: for a change that serves one of them, whichever.
  virtual void notify_one() = 0;
  virtual void notify_all() = 0;
};

/// A running thread; its end is awaited on destruction.
class RunningThread {
 public:
  virtual ~RunningThread() = default;
};

/// Hears that an exception (no memory) has ended a thread before its work was done. Called on that thread.
using OnThreadLost = std::function<void(const Error&)>;

/// Any thread may call any member. Deadlines are those of the Clock that belongs to it.
class Concurrency {
 public:
  virtual ~Concurrency() = default;
  /// Errors: as start_thread().
  virtual Result<std::unique_ptr<RunningThread>> start(std::function<void()> body, OnThreadLost lost) = 0;
  virtual std::unique_ptr<Condition> make_condition() = 0;
};

/// Start a thread of the system, as every thread of docmill is started. No signal comes to it, so those that end a
/// program go to whoever waits for them. No exception leaves it: `lost` hears of one.
///
/// Errors: unavailable (the system grants no more threads, or no memory for one).
Result<std::jthread> start_thread(std::function<void(const std::stop_token&)> body, OnThreadLost lost);

/// Wait for so long, or until `stop` is requested: then false.
bool wait_unless_stopped(Concurrency& concurrency, Clock& clock, const std::stop_token& stop,
                         std::chrono::milliseconds duration);

/// std::thread and std::condition_variable; belongs to make_system_clock().
std::unique_ptr<Concurrency> make_system_concurrency();

}  // namespace docmill
