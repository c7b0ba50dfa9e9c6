#include "telemetry/emf.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "telemetry/log.h"
#include "telemetry/stderr_line.h"
#include "telemetry/thread_lost.h"

namespace docmill {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string_view unit_name(MetricUnit unit) {
  switch (unit) {
    case MetricUnit::count:
      return "Count";
    case MetricUnit::seconds:
      return "Seconds";
    case MetricUnit::bytes:
      return "Bytes";
  }
  return "None";
}

struct Value {
  std::string name;
  MetricUnit unit;
  double value;
};

ordered_json line_of(const MetricLabels& labels, std::span<const Value> values, WallTime now) {
  json names = json::array();
  for (const auto& [name, value] : labels) names.push_back(name);
  json definitions = json::array();
  for (const Value& value : values) definitions.push_back({{"Name", value.name}, {"Unit", unit_name(value.unit)}});
  ordered_json line{
      {"timestamp", iso8601(now)},
      {"level", "info"},
      {"event", "metrics"},
      {"_aws",
       {{"Timestamp", std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count()},
        {"CloudWatchMetrics", json::array({{{"Namespace", emf_namespace},
                                            {"Dimensions", json::array({std::move(names)})},
                                            {"Metrics", std::move(definitions)}}})}}}};
  for (const auto& [name, value] : labels) line[name] = value;
  for (const Value& value : values) line[value.name] = value.value;
  return line;
}

}  // namespace

double EmfReport::growth(const std::string& name, const MetricLabels& labels, double value) {
  double& told = told_[{name, labels}];
  return value - std::exchange(told, value);
}

std::vector<std::string> EmfReport::lines(std::span<const MetricFamily> families, WallTime now) {
  std::map<MetricLabels, std::vector<Value>> sets;
  const auto add_growth = [&](const std::string& name, MetricUnit unit, const MetricLabels& labels, double value) {
    if (const double grown = growth(name, labels, value); grown > 0)
      sets[labels].push_back({.name = name, .unit = unit, .value = grown});
  };
  for (const MetricFamily& family : families) {
    const auto& [name, help, unit] = family.info;
    for (const MetricSeries& series : family.series) switch (family.type) {
        case MetricType::counter:
          add_growth(name, unit, series.labels, series.value);
          break;
        case MetricType::gauge:
          sets[series.labels].push_back({.name = name, .unit = unit, .value = series.value});
          break;
        case MetricType::histogram:
          add_growth(name + "_count", MetricUnit::count, series.labels, static_cast<double>(series.histogram.count));
          add_growth(name + "_sum", unit, series.labels, series.histogram.sum);
          break;
      }
  }
  std::vector<std::string> lines;
  for (const auto& [labels, values] : sets)
    for (std::span<const Value> rest(values); !rest.empty();
         rest = rest.subspan(std::min(rest.size(), emf_metrics_max)))
      lines.push_back(line_of(labels, rest.first(std::min(rest.size(), emf_metrics_max)), now)
                          .dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace));
  return lines;
}

EmfLog::EmfLog(const Metrics& metrics, Clock& clock, Concurrency& concurrency, Write write,
               std::chrono::seconds interval)
    : metrics_(metrics),
      clock_(clock),
      concurrency_(concurrency),
      write_(write ? std::move(write) : Write(write_stderr_line)),
      interval_(interval),
      changed_(concurrency.make_condition()) {}

Result<void> EmfLog::start() {
  auto thread = concurrency_.start([this] { run(); }, log::tell_lost("metrics"));
  if (!thread) return std::unexpected(std::move(thread).error());
  thread_ = *std::move(thread);
  return {};
}

EmfLog::~EmfLog() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_->notify_all();
  }
  thread_.reset();
  report();
}

void EmfLog::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const auto due = clock_.steady_now() + interval_;
    while (!ending_ && clock_.steady_now() < due) changed_->wait_until(lock, due);
    if (ending_) return;
    lock.unlock();
    report();
    lock.lock();
  }
}

void EmfLog::report() {
  for (const std::string& line : report_.lines(metrics_.snapshot(), clock_.wall_now())) write_(line);
}

}  // namespace docmill
