// Counters, gauges and histograms of a process. Prometheus reads them as text (below), CloudWatch from the log (emf.h).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docmill {

/// Names and values. Values come from short fixed lists (outcomes, error kinds): each costs whoever stores them a
/// series of its own. So never a key, a document or anything else that a stranger chooses.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

enum class MetricType : std::uint8_t { counter, gauge, histogram };
enum class MetricUnit : std::uint8_t { count, seconds, bytes };

struct MetricInfo {
  std::string name;  // "docmill_messages_total"
  std::string help;  // one sentence
  MetricUnit unit = MetricUnit::count;
};

/// Any thread may call any member of these three, without a lock.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_ = 0;
};

class Histogram {
 public:
  /// Upper bounds of the buckets, ascending; one without a bound follows them.
  explicit Histogram(std::span<const double> bounds);
  void observe(double value);

  struct Snapshot {
    std::vector<std::pair<double, std::uint64_t>> cumulative;  // values up to a bound, as many as there are bounds
    std::uint64_t count = 0;
    double sum = 0;
  };
  Snapshot snapshot() const;

 private:
  std::vector<double> bounds_;
  std::vector<std::atomic<std::uint64_t>> buckets_;
  std::atomic<double> sum_ = 0;
};

/// One value of a family as it is now.
struct MetricSeries {
  MetricLabels labels = {};
  double value = 0;                    // counter, gauge
  Histogram::Snapshot histogram = {};  // histogram
};

struct MetricFamily {
  MetricInfo info;
  MetricType type = MetricType::counter;
  std::vector<MetricSeries> series;
};

/// A family has at most so many series; more is a bug where they are declared, and cut where they are computed.
inline constexpr std::size_t metric_series_max = 64;

/// All metrics of a process, in the order in which they were first declared. Any thread may call any member. What is
/// declared lives as long as this; the same name and labels give the same metric again.
class Metrics {
 public:
  Counter& counter(const MetricInfo& info, MetricLabels labels = {});
  Gauge& gauge(const MetricInfo& info, MetricLabels labels = {});
  Histogram& histogram(const MetricInfo& info, std::span<const double> bounds, MetricLabels labels = {});
  /// Values that somebody else counts, asked for with every snapshot: brief, from any thread, while this lives. A
  /// counter's must not fall.
  void computed(MetricType type, const MetricInfo& info, std::function<std::vector<MetricSeries>()> series);

  std::vector<MetricFamily> snapshot() const;

 private:
  struct Declared {
    MetricLabels labels;
    std::unique_ptr<Counter> counter = {};
    std::unique_ptr<Gauge> gauge = {};
    std::unique_ptr<Histogram> histogram = {};
  };
  struct Family {
    MetricInfo info;
    MetricType type;
    std::vector<Declared> declared = {};
    std::function<std::vector<MetricSeries>()> computed = {};
  };

  Family& family(MetricType type, const MetricInfo& info);
  Declared& declare(MetricType type, const MetricInfo& info, MetricLabels labels);

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Family>> families_;
};

/// Prometheus' text exposition format 0.0.4. Pure.
std::string prometheus_text(std::span<const MetricFamily> families);
/// Its content type.
inline constexpr std::string_view prometheus_content_type = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace docmill
