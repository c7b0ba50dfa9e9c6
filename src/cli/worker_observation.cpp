#include "cli/worker_observation.h"

#include <utility>
#include <vector>

#include "aws/settings.h"
#include "cli/run_id.h"

namespace docmill {

WorkerObservation::WorkerObservation(Milling& milling)
    : metrics_(milling.observation().metrics(), *milling.parts().workplace.clock),
      health_(std::make_shared<WorkerHealth>(milling.observation().liveness())),
      observers_(milling.observation().documents()) {
  observers_.add(metrics_);
  observers_.add(*health_);
  milling.observation().metrics().computed(
      MetricType::gauge,
      {.name = "docmill_starved", .help = "1 while nothing was received for minutes though the queue holds messages."},
      [health = health_] { return std::vector<MetricSeries>{{.value = health->is_starved() ? 1.0 : 0.0}}; });
}

Result<std::unique_ptr<WorkerObservation>> WorkerObservation::begin(const ObserverOptions& options,
                                                                    const HistoryOptions& history, Milling& milling,
                                                                    Queue& queue, ObjectStore* history_folder) {
  std::unique_ptr<WorkerObservation> begun(new WorkerObservation(milling));
  if (history_folder != nullptr)
    if (auto kept = begun->keep_history(history, *history_folder, milling); !kept)
      return std::unexpected(std::move(kept).error());
  if (auto protecting = begun->protect_task(milling.parts().workplace); !protecting)
    return std::unexpected(std::move(protecting).error());
  if (!options.http.empty() || options.metrics != MetricsLog::none)
    if (auto watched = begun->watch_queue(queue, milling); !watched) return std::unexpected(std::move(watched).error());
  auto reports = milling.report([health = begun->health_] { return health->health(); });
  if (!reports) return std::unexpected(std::move(reports).error());
  begun->reports_ = *std::move(reports);
  return begun;
}

Result<void> WorkerObservation::keep_history(const HistoryOptions& history, ObjectStore& folder, Milling& milling) {
  const Workplace& workplace = milling.parts().workplace;
  history_.emplace(folder, milling.parts().source,
                   HistorySettings{.key = history.place.name,
                                   .run_id = make_run_id(*workplace.clock, *workplace.random),
                                   .documents_max = history.documents_max},
                   *workplace.clock, *workplace.random, *workplace.concurrency);
  return history_->check();
}

Result<void> WorkerObservation::protect_task(Workplace& workplace) {
  const auto uri = aws::process_environment("ECS_AGENT_URI");
  if (!uri) return {};
  auto agent = parse_agent_url(*uri);
  if (!agent) return std::unexpected(std::move(agent).error());
  // Its own, without a proxy: the agent is on this machine.
  auto http = net::HttpClient::create({});
  if (!http) return std::unexpected(std::move(http).error());
  http_ = *std::move(http);
  protection_.emplace(
      TaskProtectionSettings{.agent = *std::move(agent)},
      [this](const net::Request& request) { return http_->send(request); }, *workplace.clock, *workplace.concurrency);
  observers_.add(*protection_);
  return protection_->start();
}

Result<void> WorkerObservation::watch_queue(Queue& queue, Milling& milling) {
  const Workplace& workplace = milling.parts().workplace;
  QueueDepth& depth =
      queue_depth_.emplace(queue, milling.observation().metrics(), *workplace.clock, *workplace.concurrency,
                           [health = health_](std::uint64_t visible) { health->on_queue_depth(visible); });
  return depth.start();
}

}  // namespace docmill
