#include "mill/worker_health.h"

#include <fmt/format.h>

namespace docmill {

WorkerHealth::WorkerHealth(Clock& clock, std::chrono::milliseconds stalled_after)
    : clock_(clock), stalled_after_(stalled_after), progress_at_(clock.steady_now()), work_at_(progress_at_) {}

void WorkerHealth::on_progress() {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  progress_at_ = now;
}

void WorkerHealth::on_work() {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  progress_at_ = work_at_ = now;
}

void WorkerHealth::on_queue_depth(std::uint64_t messages) {
  const std::lock_guard lock(mutex_);
  queue_depth_ = messages;
}

void WorkerHealth::on_receive(const Result<std::size_t>& messages) {
  on_progress();
  const std::lock_guard lock(mutex_);
  queue_answers_ = messages.has_value();
}

void WorkerHealth::on_outage(bool begins) {
  on_progress();
  const std::lock_guard lock(mutex_);
  outage_ = begins;
}

void WorkerHealth::on_drain() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
}

Health WorkerHealth::health() const {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  const auto silent = now - progress_at_;
  if (!outage_ && silent > stalled_after_)
    return {.alive = false,
            .ready = false,
            .reason = fmt::format("no progress for {} s", std::chrono::floor<std::chrono::seconds>(silent).count())};
  if (draining_) return {.ready = false, .reason = "told to stop"};
  if (outage_) return {.ready = false, .reason = "a place is at fault: messages are received one at a time"};
  if (!queue_answers_) return {.ready = false, .reason = "the queue cannot be asked"};
  if (is_starved(now))
    return {.ready = false,
            .reason = fmt::format("nothing was received for {} s, though the queue holds {} messages",
                                  std::chrono::floor<std::chrono::seconds>(now - work_at_).count(), queue_depth_)};
  return {};
}

bool WorkerHealth::is_starved() const {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  return is_starved(now);
}

/// Under the lock.
bool WorkerHealth::is_starved(std::chrono::steady_clock::time_point now) const {
  return !draining_ && queue_depth_ > 0 && now - work_at_ > starved_after;
}

}  // namespace docmill
