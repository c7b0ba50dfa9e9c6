#include "telemetry/metrics.h"

#include <algorithm>
#include <cassert>

namespace docmill {
namespace {

MetricSeries series_of(const MetricLabels& labels, const Counter* counter, const Gauge* gauge,
                       const Histogram* histogram) {
  MetricSeries series{.labels = labels};
  if (counter != nullptr) series.value = static_cast<double>(counter->value());
  if (gauge != nullptr) series.value = gauge->value();
  if (histogram != nullptr) series.histogram = histogram->snapshot();
  return series;
}

}  // namespace

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds.begin(), bounds.end()), buckets_(bounds.size() + 1) {
  assert(std::ranges::is_sorted(bounds_));
}

void Histogram::observe(double value) {
  // A bound belongs to its bucket ("le").
  const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  buckets_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

Histogram::Snapshot Histogram::snapshot() const {
  Snapshot now;
  for (std::size_t i = 0; i < bounds_.size(); ++i) {
    now.count += buckets_[i].load(std::memory_order_relaxed);
    now.cumulative.emplace_back(bounds_[i], now.count);
  }
  now.count += buckets_.back().load(std::memory_order_relaxed);
  now.sum = sum_.load(std::memory_order_relaxed);
  return now;
}

Metrics::Family& Metrics::family(MetricType type, const MetricInfo& info) {
  const auto found = std::ranges::find_if(families_, [&](const auto& known) { return known->info.name == info.name; });
  if (found != families_.end()) {
    assert((*found)->type == type);
    return **found;
  }
  families_.push_back(std::make_unique<Family>(Family{.info = info, .type = type}));
  return *families_.back();
}

Metrics::Declared& Metrics::declare(MetricType type, const MetricInfo& info, MetricLabels labels) {
  Family& of = family(type, info);
  const auto found = std::ranges::find(of.declared, labels, &Declared::labels);
  if (found != of.declared.end()) return *found;
  assert(of.declared.size() < metric_series_max);
  return of.declared.emplace_back(Declared{.labels = std::move(labels)});
}

Counter& Metrics::counter(const MetricInfo& info, MetricLabels labels) {
  const std::lock_guard lock(mutex_);
  Declared& declared = declare(MetricType::counter, info, std::move(labels));
  if (!declared.counter) declared.counter = std::make_unique<Counter>();
  return *declared.counter;
}

Gauge& Metrics::gauge(const MetricInfo& info, MetricLabels labels) {
  const std::lock_guard lock(mutex_);
  Declared& declared = declare(MetricType::gauge, info, std::move(labels));
  if (!declared.gauge) declared.gauge = std::make_unique<Gauge>();
  return *declared.gauge;
}

Histogram& Metrics::histogram(const MetricInfo& info, std::span<const double> bounds, MetricLabels labels) {
  const std::lock_guard lock(mutex_);
  Declared& declared = declare(MetricType::histogram, info, std::move(labels));
  if (!declared.histogram) declared.histogram = std::make_unique<Histogram>(bounds);
  return *declared.histogram;
}

void Metrics::computed(MetricType type, const MetricInfo& info, std::function<std::vector<MetricSeries>()> series) {
  const std::lock_guard lock(mutex_);
  family(type, info).computed = std::move(series);
}

std::vector<MetricFamily> Metrics::snapshot() const {
  const std::lock_guard lock(mutex_);
  std::vector<MetricFamily> all;
  all.reserve(families_.size());
  for (const auto& family : families_) {
    MetricFamily& now = all.emplace_back(MetricFamily{.info = family->info, .type = family->type, .series = {}});
    for (const Declared& declared : family->declared)
      now.series.push_back(
          series_of(declared.labels, declared.counter.get(), declared.gauge.get(), declared.histogram.get()));
    if (!family->computed) continue;
    std::vector<MetricSeries> computed = family->computed();
    if (computed.size() > metric_series_max) computed.resize(metric_series_max);
    std::ranges::move(computed, std::back_inserter(now.series));
  }
  return all;
}

}  // namespace docmill
