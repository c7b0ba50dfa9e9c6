#include "cli/observation.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "document/version.h"
#include "telemetry/log.h"

namespace docmill {

Observation::Observation(const Observed& observed)
    : liveness_(observed.clock),
      document_metrics_(metrics_),
      tally_(observed.progress),
      source_(observed.source, metrics_),
      output_(observed.output, metrics_),
      extractor_(observed.sandbox, metrics_, [this] { liveness_.on_work(); }) {
  metrics_
      .gauge({.name = "docmill_build_info", .help = "1; the version is a label."}, {{"version", std::string(version)}})
      .set(1);
  documents_.add(tally_);
  documents_.add(document_metrics_);
  documents_.add(liveness_);
  count_processes(observed.sandbox);
  if (observed.aws != nullptr) count_calls(*observed.aws);
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

Result<std::unique_ptr<Reports>> Reports::begin(const ObserverOptions& options, const Metrics& metrics,
                                                std::function<Health()> health, Clock& clock,
                                                Concurrency& concurrency) {
  auto reports = std::make_unique<Reports>();
  if (options.metrics == MetricsLog::emf) {
    EmfLog& emf = reports->emf_.emplace(metrics, clock, concurrency);
    if (auto started = emf.start(); !started) return std::unexpected(std::move(started).error());
  }
  if (options.http.empty()) return reports;
  auto server = StatusServer::start({.listen = options.http}, metrics, std::move(health));
  if (!server) return std::unexpected(std::move(server).error());
  reports->server_ = *std::move(server);
  log::info("http_listens", {{"address", options.http.text()}, {"port", reports->server_->port()}});
  return reports;
}

}  // namespace docmill
