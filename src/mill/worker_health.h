// Whether a worker makes progress, and whether it takes messages.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "mill/worker.h"

namespace docmill {

/// What a load balancer or a container's supervisor asks.
struct Health {
  bool alive = true;  // else it should be started anew
  bool ready = true;
  std::string reason = {};  // why it is not
};

/// Progress is whatever shows that the worker goes on: a receive that answers, with messages or without, a page, the
/// end of a document or message. A worker without any for `stalled_after` is not alive. In an outage of its places it
/// is alive, for a new start would not help, but not ready. Nor is it ready while it ends, cannot reach its queue, or
/// has got nothing out of a queue that holds messages, with nothing under way, for `starved_after`.
class WorkerHealth final : public WorkerObserver {
 public:
  /// Longer than three tries of a page that hangs, with the default of a minute each.
  static constexpr std::chrono::minutes stalled_after_default{15};
  /// Several long polls, and several looks at the queue's depth.
  static constexpr std::chrono::minutes starved_after{5};

  /// `clock` outlives it.
  explicit WorkerHealth(Clock& clock, std::chrono::milliseconds stalled_after = stalled_after_default);

  void on_receive(const Result<std::size_t>& messages) override;
  void on_received(const Message& /*message*/) override { on_work(); }
  void on_message(const Message& /*message*/, MessageOutcome /*outcome*/) override { on_work(); }
  void on_document(const Job& /*job*/, const DocumentRecord& /*record*/) override { on_work(); }
  void on_outage(bool begins) override;

  /// A page, say: whatever shows that a document goes on.
  void on_work();
  /// How many messages somebody may receive now.
  void on_queue_depth(std::uint64_t messages);
  /// Told to stop: nothing more is received.
  void on_drain();

  Health health() const;
  bool is_starved() const;

 private:
  void on_progress();
  bool is_starved(std::chrono::steady_clock::time_point now) const;

  Clock& clock_;
  std::chrono::milliseconds stalled_after_;
  mutable std::mutex mutex_;
  std::chrono::steady_clock::time_point progress_at_;
  std::chrono::steady_clock::time_point work_at_;
  std::uint64_t queue_depth_ = 0;
  bool outage_ = false;
  bool draining_ = false;
  bool queue_answers_ = true;
};

}  // namespace docmill
