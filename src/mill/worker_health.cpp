#include "mill/worker_health.h"

#include <fmt/format.h>

namespace docmill {

void WorkerHealth::on_queue_depth(std::uint64_t messages) {
  const std::lock_guard lock(mutex_);
  queue_depth_ = messages;
}

void WorkerHealth::on_receive(const Result<std::size_t>& messages) {
  liveness_.on_progress();
  const std::lock_guard lock(mutex_);
  queue_answers_ = messages.has_value();
}

void WorkerHealth::on_outage(bool begins) {
  liveness_.on_progress();
  const std::lock_guard lock(mutex_);
  outage_ = begins;
}

Health WorkerHealth::health() const {
  const Liveness::State state = liveness_.state();
  const std::lock_guard lock(mutex_);
  if (state.is_stalled && !outage_) return liveness_.health();
  if (state.is_draining) return {.ready = false, .reason = "told to stop"};
  if (outage_) return {.ready = false, .reason = "a place is at fault: messages are received one at a time"};
  if (!queue_answers_) return {.ready = false, .reason = "the queue cannot be asked"};
  if (is_starved(state))
    return {.ready = false,
            .reason = fmt::format("nothing was received for {} s, though the queue holds {} messages",
                                  std::chrono::floor<std::chrono::seconds>(state.idle).count(), queue_depth_)};
  return {};
}

bool WorkerHealth::is_starved() const {
  const Liveness::State state = liveness_.state();
  const std::lock_guard lock(mutex_);
  return is_starved(state);
}

/// Under the lock.
bool WorkerHealth::is_starved(const Liveness::State& state) const {
  return !state.is_draining && queue_depth_ > 0 && state.idle > starved_after;
}

}  // namespace docmill
