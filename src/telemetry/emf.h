// Metrics in the log, in CloudWatch's embedded metric format: where lines go to CloudWatch Logs, metrics come out.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/concurrency.h"
#include "telemetry/metrics.h"

namespace docmill {

/// What has happened since the last report, as JSON lines. CloudWatch adds up what it is told, so a counter tells its
/// growth; one that has not grown is left out. A histogram comes as two metrics, NAME_count and NAME_sum. Labels become
/// dimensions, so a line has the metrics of one set of labels.
///
/// The format's limits (Embedded metric format specification, Amazon CloudWatch user guide): 100 metrics a line, 30
/// dimensions a set.
class EmfReport {
 public:
  std::vector<std::string> lines(std::span<const MetricFamily> families, WallTime now);

 private:
  double growth(const std::string& name, const MetricLabels& labels, double value);

  std::map<std::pair<std::string, MetricLabels>, double> told_;
};

inline constexpr std::size_t emf_metrics_max = 100;
inline constexpr std::string_view emf_namespace = "docmill";

/// Writes such lines every `interval`, and once at its end, on a thread of its own.
class EmfLog {
 public:
  using Write = std::function<void(std::string_view line)>;

  /// `metrics`, `clock` and `concurrency` outlive it. `write`: in place of stderr.
  EmfLog(const Metrics& metrics, Clock& clock, Concurrency& concurrency, Write write = {},
         std::chrono::seconds interval = std::chrono::seconds(60));
  EmfLog(const EmfLog&) = delete;
  EmfLog& operator=(const EmfLog&) = delete;
  ~EmfLog();

  /// Errors: as start_thread().
  Result<void> start();

 private:
  void run();
  void report();

  const Metrics& metrics_;
  Clock& clock_;
  Concurrency& concurrency_;
  Write write_;
  std::chrono::seconds interval_;
  EmfReport report_;
  std::mutex mutex_;
  std::unique_ptr<Condition> changed_;
  bool ending_ = false;
  std::unique_ptr<RunningThread> thread_;
};

}  // namespace docmill
