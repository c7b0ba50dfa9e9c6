// Metrics of a worker's messages.
#pragma once

#include <array>

#include "base/clock.h"
#include "mill/worker.h"
#include "telemetry/metrics.h"

namespace docmill {

inline constexpr int message_outcome_count = static_cast<int>(MessageOutcome::lost) + 1;

/// Counts messages by outcome, and their age; docs/operations.md has every metric.
class WorkerMetrics final : public WorkerObserver {
 public:
  /// Both outlive it.
  WorkerMetrics(Metrics& metrics, Clock& clock);

  void on_received(const Message& message) override;
  void on_receive(const Result<std::size_t>& messages) override;
  void on_message(const Message& message, MessageOutcome outcome) override;
  void on_in_hand(std::size_t messages) override { in_hand_.set(static_cast<double>(messages)); }
  void on_outage(bool begins) override { outage_.set(begins ? 1 : 0); }

 private:
  Clock& clock_;
  Counter& received_;
  Counter& receive_failures_;
  Histogram& age_;
  std::array<Counter*, message_outcome_count> messages_{};
  Gauge& in_hand_;
  Gauge& outage_;
};

}  // namespace docmill
