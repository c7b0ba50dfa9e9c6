#include "mill/queue_depth.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "telemetry/log.h"
#include "telemetry/thread_lost.h"

namespace docmill {

QueueDepth::QueueDepth(Queue& queue, Metrics& metrics, Clock& clock, Concurrency& concurrency,
                       std::function<void(std::uint64_t)> on_visible, std::chrono::seconds interval)
    : queue_(queue),
      metrics_(metrics),
      clock_(clock),
      concurrency_(concurrency),
      on_visible_(std::move(on_visible)),
      interval_(interval),
      changed_(concurrency.make_condition()) {}

Result<void> QueueDepth::start() {
  auto thread = concurrency_.start([this] { run(); }, log::tell_lost("queue depth"));
  if (!thread) return std::unexpected(std::move(thread).error());
  thread_ = *std::move(thread);
  return {};
}

QueueDepth::~QueueDepth() {
  const std::lock_guard lock(mutex_);
  ending_ = true;
  changed_->notify_all();
}

void QueueDepth::run() {
  while (ask()) {
    std::unique_lock lock(mutex_);
    const auto due = clock_.steady_now() + interval_;
    while (!ending_ && clock_.steady_now() < due) changed_->wait_until(lock, due);
    if (ending_) return;
  }
}

/// False when asking again is no use.
bool QueueDepth::ask() {
  const auto status = queue_.status();
  if (!status) {
    if (status.error().kind != ErrorKind::denied) return true;
    log::warning("queue_depth_unknown", {{"reason", status.error().text()}});
    return false;
  }
  on_visible_(status->visible);
  set("visible", status->visible);
  set("in_flight", status->in_flight);
  set("delayed", status->delayed);
  return true;
}

void QueueDepth::set(const char* state, std::uint64_t messages) {
  metrics_
      .gauge({.name = "docmill_queue_messages", .help = "Messages in the queue, about, by what they wait for."},
             {{"state", state}})
      .set(static_cast<double>(messages));
}

}  // namespace docmill
