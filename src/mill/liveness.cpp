#include "mill/liveness.h"

#include <fmt/format.h>

namespace docmill {

Liveness::Liveness(Clock& clock, std::chrono::milliseconds stalled_after)
    : clock_(clock), stalled_after_(stalled_after), progress_at_(clock.steady_now()), work_at_(progress_at_) {}

void Liveness::on_progress() {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  progress_at_ = now;
}

void Liveness::on_work() {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  progress_at_ = work_at_ = now;
}

void Liveness::on_drain() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
}

Liveness::State Liveness::state() const {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  const auto silent = now - progress_at_;
  return {.silent = silent, .idle = now - work_at_, .is_stalled = silent > stalled_after_, .is_draining = draining_};
}

Health Liveness::health() const {
  const State now = state();
  if (now.is_stalled)
    return {
        .alive = false,
        .ready = false,
        .reason = fmt::format("no progress for {} s", std::chrono::floor<std::chrono::seconds>(now.silent).count())};
  if (now.is_draining) return {.ready = false, .reason = "told to stop"};
  return {};
}

}  // namespace docmill
