#include "mill/worker_health.h"

#include <fmt/format.h>

namespace docmill {

WorkerHealth::WorkerHealth(Clock& clock, std::chrono::milliseconds stalled_after)
    : clock_(clock), stalled_after_(stalled_after), progress_at_(clock.steady_now()) {}

void WorkerHealth::on_progress() {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  progress_at_ = now;
}

void WorkerHealth::on_receive(const Result<std::size_t>& messages) {
  on_progress();
  const std::lock_guard lock(mutex_);
  queue_answers_ = messages.has_value();
}

Result<void> WorkerHealth::on_document(const Job& /*job*/, const DocumentRecord& /*record*/) {
  on_progress();
  return {};
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
  if (outage_) return {.ready = false, .reason = "a place is at fault: no message is received"};
  if (!queue_answers_) return {.ready = false, .reason = "the queue cannot be asked"};
  return {};
}

}  // namespace docmill
