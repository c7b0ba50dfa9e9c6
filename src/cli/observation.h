// What others see of a worker, as its options say: metrics, health, history; and ECS, which must not stop it at work.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "aws/client.h"
#include "cli/options/history.h"
#include "cli/options/observers.h"
#include "mill/measured.h"
#include "mill/observers.h"
#include "mill/queue_depth.h"
#include "mill/worker_health.h"
#include "mill/worker_metrics.h"
#include "net/http_client.h"
#include "results/history.h"
#include "sandbox/sandbox.h"
#include "service/status_server.h"
#include "service/task_protection.h"
#include "telemetry/emf.h"

namespace docmill {

/// What is observed. All of it outlives the Observation.
struct Observed {
  ObjectStore& source;
  ObjectStore& output;
  Sandbox& sandbox;
  Queue& queue;
  aws::Client* aws = nullptr;             // null where nothing is asked of AWS
  ObjectStore* history_folder = nullptr;  // a store of the history's folder; null without --history
  Clock& clock;
  Random& random;
  Concurrency& concurrency;
  std::stop_token stop;
};

class Observation {
 public:
  /// Errors: those of StatusServer::start and History::check; invalid_input (ECS_AGENT_URI).
  static Result<std::unique_ptr<Observation>> begin(const ObserverOptions& options, const HistoryOptions& history,
                                                    const Observed& observed);

  // In place of those that are observed.
  ObjectStore& source() { return source_; }
  ObjectStore& output() { return output_; }
  Extractor& extractor() { return extractor_; }

  /// The history; null without one.
  Results* results() { return history_ ? &*history_ : nullptr; }
  WorkerObserver& observer() { return observers_; }
  void add(WorkerObserver& observer) { observers_.add(observer); }

 private:
  explicit Observation(const Observed& observed);
  Result<void> keep_history(const HistoryOptions& history, const Observed& observed);
  Result<void> protect_task(const Observed& observed);
  void count_processes(Sandbox& sandbox);
  void count_calls(const aws::Client& client);

  Metrics metrics_;
  WorkerMetrics worker_metrics_;
  WorkerHealth health_;
  MeasuredStore source_, output_;
  MeasuredExtractor extractor_;
  Observers observers_;
  std::optional<History> history_;
  std::unique_ptr<net::HttpClient> http_;
  std::optional<TaskProtection> protection_;
  std::optional<QueueDepth> queue_depth_;
  std::optional<EmfLog> emf_;
  std::unique_ptr<StatusServer> server_;
  std::stop_callback<std::function<void()>> stopped_;
};

}  // namespace docmill
