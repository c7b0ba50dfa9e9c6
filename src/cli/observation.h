// What others see of a run, whatever trigger it has: metrics and health, over HTTP or in the log as its options say.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "aws/client.h"
#include "cli/options/observers.h"
#include "mill/document_metrics.h"
#include "mill/document_tally.h"
#include "mill/liveness.h"
#include "mill/measured.h"
#include "sandbox/sandbox.h"
#include "service/status_server.h"
#include "telemetry/emf.h"

namespace docmill {

/// What is observed. All of it outlives the Observation.
struct Observed {
  ObjectStore& source;
  ObjectStore& output;
  Sandbox& sandbox;
  aws::Client* aws = nullptr;  // null where nothing is asked of AWS
  RunProgress& progress;
  Clock& clock;
};

/// Counts what every run has: documents, pages, bytes, processes, calls. Nobody is told before Reports::begin().
class Observation {
 public:
  explicit Observation(const Observed& observed);
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;

  // In place of those that are observed.
  ObjectStore& source() { return source_; }
  ObjectStore& output() { return output_; }
  Extractor& extractor() { return extractor_; }

  Metrics& metrics() { return metrics_; }
  Liveness& liveness() { return liveness_; }
  /// To be told of every document.
  DocumentObserver& documents() { return documents_; }

 private:
  void count_processes(Sandbox& sandbox);
  void count_calls(const aws::Client& client);

  Metrics metrics_;
  Liveness liveness_;
  DocumentMetrics document_metrics_;
  DocumentTally tally_;
  DocumentObservers documents_;
  MeasuredStore source_, output_;
  MeasuredExtractor extractor_;
};

/// Tells others, on threads of its own, until it is destroyed: then the log has the last of the metrics.
class Reports {
 public:
  /// `metrics`, and what `health` uses, outlive them, as `clock` and `concurrency` do.
  ///
  /// Errors: those of StatusServer::start and EmfLog::start.
  static Result<std::unique_ptr<Reports>> begin(const ObserverOptions& options, const Metrics& metrics,
                                                std::function<Health()> health, Clock& clock, Concurrency& concurrency);

 private:
  std::optional<EmfLog> emf_;
  std::unique_ptr<StatusServer> server_;
};

}  // namespace docmill
