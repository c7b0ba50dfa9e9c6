// Whether a worker makes progress, and whether it takes messages.
#pragma once

#include <chrono>
#include <mutex>

#include "mill/liveness.h"
#include "mill/worker.h"

namespace docmill {

/// A worker is as alive as its run (mill/liveness.h), of which a receive that answers, with messages or without, is
/// progress, too. In an outage of its places it is alive, for a new start would not help, but not ready. Nor is it
/// ready while it ends, cannot reach its queue, or has got nothing out of a queue that holds messages, with nothing
/// under way, for `starved_after`.
class WorkerHealth final : public WorkerObserver {
 public:
  /// Several long polls, and several looks at the queue's depth.
  static constexpr std::chrono::minutes starved_after{5};

  /// `liveness`, which is told of pages and documents by others, outlives it.
  explicit WorkerHealth(Liveness& liveness) : liveness_(liveness) {}

  void on_receive(const Result<std::size_t>& messages) override;
  void on_received(const Message& /*message*/) override { liveness_.on_work(); }
  void on_message(const Message& /*message*/, MessageOutcome /*outcome*/) override { liveness_.on_work(); }
  void on_outage(bool begins) override;
  /// How many messages somebody may receive now.
  void on_queue_depth(std::uint64_t messages);

  Health health() const;
  bool is_starved() const;

 private:
  bool is_starved(const Liveness::State& state) const;

  Liveness& liveness_;
  mutable std::mutex mutex_;
  std::uint64_t queue_depth_ = 0;
  bool outage_ = false;
  bool queue_answers_ = true;
};

}  // namespace docmill
