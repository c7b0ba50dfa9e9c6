// How much waits in a queue, asked for now and then.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "base/concurrency.h"
#include "queue/queue.h"
#include "telemetry/metrics.h"

namespace docmill {

/// Keeps docmill_queue_messages up to date on a thread of its own. Where the status may not be read it says so once,
/// and there is no such metric.
class QueueDepth {
 public:
  /// All outlive it. `on_visible` is told how many messages could be received.
  QueueDepth(
      Queue& queue, Metrics& metrics, Clock& clock, Concurrency& concurrency,
      std::function<void(std::uint64_t)> on_visible = [](std::uint64_t) {},
      std::chrono::seconds interval = std::chrono::seconds(60));
  QueueDepth(const QueueDepth&) = delete;
  QueueDepth& operator=(const QueueDepth&) = delete;
  ~QueueDepth();

  /// Errors: as start_thread().
  Result<void> start();

 private:
  void run();
  bool ask();
  void set(const char* state, std::uint64_t messages);

  Queue& queue_;
  Metrics& metrics_;
  Clock& clock_;
  Concurrency& concurrency_;
  const std::function<void(std::uint64_t)> on_visible_;
  std::chrono::seconds interval_;
  std::mutex mutex_;
  std::unique_ptr<Condition> changed_;
  bool ending_ = false;
  std::unique_ptr<RunningThread> thread_;
};

}  // namespace docmill
