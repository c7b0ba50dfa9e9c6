#include "cli/observation.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "aws/settings.h"
#include "cli/run_id.h"
#include "document/version.h"
#include "telemetry/log.h"

namespace docmill {

Observation::Observation(const Observed& observed)
    : worker_metrics_(metrics_, observed.clock),
      health_(observed.clock),
      source_(observed.source, metrics_),
      output_(observed.output, metrics_),
      extractor_(observed.sandbox, metrics_, [this] { health_.on_work(); }),
      stopped_(observed.stop, [this] { health_.on_drain(); }) {
  metrics_
      .gauge({.name = "docmill_build_info", .help = "1; the version is a label."}, {{"version", std::string(version)}})
      .set(1);
  metrics_.computed(
      MetricType::gauge,
      {.name = "docmill_starved", .help = "1 while nothing was received for minutes though the queue holds messages."},
      [this] { return std::vector<MetricSeries>{{.value = health_.is_starved() ? 1.0 : 0.0}}; });
  count_processes(observed.sandbox);
  if (observed.aws != nullptr) count_calls(*observed.aws);
}

Result<std::unique_ptr<Observation>> Observation::begin(const ObserverOptions& options, const HistoryOptions& history,
                                                        const Observed& observed) {
  std::unique_ptr<Observation> begun(new Observation(observed));
  if (auto kept = begun->keep_history(history, observed); !kept) return std::unexpected(std::move(kept).error());
  begun->observers_.add(begun->worker_metrics_);
  begun->observers_.add(begun->health_);
  if (auto protecting = begun->protect_task(observed); !protecting)
    return std::unexpected(std::move(protecting).error());
  if (options.metrics == MetricsLog::emf) {
    EmfLog& emf = begun->emf_.emplace(begun->metrics_, observed.clock, observed.concurrency);
    if (auto started = emf.start(); !started) return std::unexpected(std::move(started).error());
  }
  if (!options.http.empty() || options.metrics != MetricsLog::none) {
    QueueDepth& depth = begun->queue_depth_.emplace(
        observed.queue, begun->metrics_, observed.clock, observed.concurrency,
        [health = &begun->health_](std::uint64_t visible) { health->on_queue_depth(visible); });
    if (auto started = depth.start(); !started) return std::unexpected(std::move(started).error());
  }
  if (options.http.empty()) return begun;
  auto server = StatusServer::start({.listen = options.http}, begun->metrics_,
                                    [health = &begun->health_] { return health->health(); });
  if (!server) return std::unexpected(std::move(server).error());
  begun->server_ = *std::move(server);
  log::info("http_listens", {{"address", options.http.text()}, {"port", begun->server_->port()}});
  return begun;
}

Result<void> Observation::keep_history(const HistoryOptions& history, const Observed& observed) {
  if (observed.history_folder == nullptr) return {};
  history_.emplace(*observed.history_folder, observed.source,
                   HistorySettings{.key = history.place.name,
                                   .run_id = make_run_id(observed.clock, observed.random),
                                   .documents_max = history.documents_max},
                   observed.clock, observed.random, observed.concurrency);
  return history_->check();
}

Result<void> Observation::protect_task(const Observed& observed) {
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
      [this](const net::Request& request) { return http_->send(request); }, observed.clock, observed.concurrency);
  observers_.add(*protection_);
  return protection_->start();
}

void Observation::count_processes(Sandbox& sandbox) {
  const auto count = [&](const char* name, const char* help, std::uint64_t SandboxCounts::* member) {
    metrics_.computed(MetricType::counter, {.name = name, .help = help}, [&sandbox, member] {
      return std::vector<MetricSeries>{{.value = static_cast<double>(sandbox.counts().*member)}};
    });
  };
  count("docmill_children_started_total", "Processes that read documents.", &SandboxCounts::children_started);
  count("docmill_children_lost_total", "Those that died, or were killed for a limit, before their work was done.",
        &SandboxCounts::children_lost);
  count("docmill_zygotes_lost_total", "Times that their parent process had to be started anew.",
        &SandboxCounts::zygotes_lost);
}

void Observation::count_calls(const aws::Client& client) {
  const auto count = [&](const char* name, const char* help, std::uint64_t aws::OperationCount::* member) {
    metrics_.computed(MetricType::counter, {.name = name, .help = help}, [&client, member] {
      std::vector<MetricSeries> series;
      for (const auto& [operation, counts] : client.counts())
        series.push_back({.labels = {{"operation", operation}}, .value = static_cast<double>(counts.*member)});
      return series;
    });
  };
  count("docmill_aws_requests_total", "Requests to AWS.", &aws::OperationCount::requests);
  count("docmill_aws_retries_total", "Requests that repeat one.", &aws::OperationCount::retries);
  count("docmill_aws_throttled_total", "Answers that ask for fewer requests.", &aws::OperationCount::throttled);
  count("docmill_aws_failures_total", "Calls that ended with an error.", &aws::OperationCount::failures);
}

}  // namespace docmill
