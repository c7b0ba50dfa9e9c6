// What others see of a worker beside what every run shows (cli/observation.h): its messages, its queue, the history;
// and ECS, which must not stop it at work.
#pragma once

#include <memory>
#include <optional>

#include "cli/milling.h"
#include "cli/observation.h"
#include "cli/options/history.h"
#include "cli/options/observers.h"
#include "mill/observers.h"
#include "mill/queue_depth.h"
#include "mill/worker_health.h"
#include "mill/worker_metrics.h"
#include "net/http_client.h"
#include "results/history.h"
#include "service/task_protection.h"

namespace docmill {

class WorkerObservation {
 public:
  /// `history_folder`: a store of the history's folder; null without one. All outlive it.
  ///
  /// Errors: those of Reports::begin and History::check; invalid_input (ECS_AGENT_URI).
  static Result<std::unique_ptr<WorkerObservation>> begin(const ObserverOptions& options, const HistoryOptions& history,
                                                          Milling& milling, Queue& queue, ObjectStore* history_folder);

  /// The history; null without one.
  Results* results() { return history_ ? &*history_ : nullptr; }
  WorkerObserver& observer() { return observers_; }

 private:
  explicit WorkerObservation(Milling& milling);
  Result<void> keep_history(const HistoryOptions& history, ObjectStore& folder, Milling& milling);
  Result<void> protect_task(Workplace& workplace);
  Result<void> watch_queue(Queue& queue, Milling& milling);

  WorkerMetrics metrics_;
  /// The metrics of the run, which outlive this, ask it.
  std::shared_ptr<WorkerHealth> health_;
  Observers observers_;
  std::optional<History> history_;
  std::unique_ptr<net::HttpClient> http_;
  std::optional<TaskProtection> protection_;
  std::optional<QueueDepth> queue_depth_;
  std::unique_ptr<Reports> reports_;  // last: they tell of the others
};

}  // namespace docmill
