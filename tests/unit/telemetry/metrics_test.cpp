#include "telemetry/metrics.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

namespace docmill {
namespace {

// Shape and values of the example in Prometheus' documentation of the format, "Text format example".
TEST(PrometheusText, IsTheExampleOfTheFormat) {
  Metrics metrics;
  metrics
      .counter({.name = "http_requests_total", .help = "The total number of HTTP requests."},
               {{"method", "post"}, {"code", "200"}})
      .add(1027);
  metrics
      .counter({.name = "http_requests_total", .help = "The total number of HTTP requests."},
               {{"method", "post"}, {"code", "400"}})
      .add(3);
  constexpr std::array bounds{0.05, 0.1, 0.2, 0.5, 1.0};
  Histogram& durations = metrics.histogram(
      {.name = "http_request_duration_seconds", .help = "A histogram of the request duration."}, bounds);
  for (const double value : {0.05, 0.0625, 0.125, 0.25, 0.5, 4.0}) durations.observe(value);
  EXPECT_EQ(prometheus_text(metrics.snapshot()),
            "# HELP http_requests_total The total number of HTTP requests.\n"
            "# TYPE http_requests_total counter\n"
            "http_requests_total{method=\"post\",code=\"200\"} 1027\n"
            "http_requests_total{method=\"post\",code=\"400\"} 3\n"
            "# HELP http_request_duration_seconds A histogram of the request duration.\n"
            "# TYPE http_request_duration_seconds histogram\n"
            "http_request_duration_seconds_bucket{le=\"0.05\"} 1\n"
            "http_request_duration_seconds_bucket{le=\"0.1\"} 2\n"
            "http_request_duration_seconds_bucket{le=\"0.2\"} 3\n"
            "http_request_duration_seconds_bucket{le=\"0.5\"} 5\n"
            "http_request_duration_seconds_bucket{le=\"1\"} 5\n"
            "http_request_duration_seconds_bucket{le=\"+Inf\"} 6\n"
            "http_request_duration_seconds_sum 4.9875\n"
            "http_request_duration_seconds_count 6\n");
}

// The example's line of escapes: msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find
// file:\n\"FILE.TXT\""}
TEST(PrometheusText, EscapesLabelsAndHelp) {
  Metrics metrics;
  metrics
      .gauge({.name = "msdos_file_access_time_seconds", .help = "one \\ two\nthree \"four\""},
             {{"path", "C:\\DIR\\FILE.TXT"}, {"error", "Cannot find file:\n\"FILE.TXT\""}})
      .set(1.458255915e9);
  EXPECT_EQ(prometheus_text(metrics.snapshot()),
            "# HELP msdos_file_access_time_seconds one \\\\ two\\nthree \"four\"\n"
            "# TYPE msdos_file_access_time_seconds gauge\n"
            "msdos_file_access_time_seconds{path=\"C:\\\\DIR\\\\FILE.TXT\",error=\"Cannot find "
            "file:\\n\\\"FILE.TXT\\\"\"} 1458255915\n");
}

TEST(Metrics, TheSameNameAndLabelsGiveTheSameMetric) {
  Metrics metrics;
  const MetricInfo info{.name = "a_total", .help = "A."};
  Counter& one = metrics.counter(info, {{"x", "1"}});
  Counter& other = metrics.counter(info, {{"x", "2"}});
  EXPECT_EQ(&one, &metrics.counter(info, {{"x", "1"}}));
  EXPECT_NE(&one, &other);
}

TEST(Metrics, ThreadsLoseNoCount) {
  Metrics metrics;
  Counter& counter = metrics.counter({.name = "a_total", .help = "A."});
  constexpr std::array bounds{1.0};
  Histogram& histogram = metrics.histogram({.name = "b", .help = "B."}, bounds);
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([&] {
        for (int i = 0; i < 10'000; ++i) {
          counter.add();
          histogram.observe(i % 2 == 0 ? 0.5 : 2);
        }
      });
    for (int i = 0; i < 100; ++i) (void)prometheus_text(metrics.snapshot());
  }
  EXPECT_EQ(counter.value(), 40'000U);
  const auto now = histogram.snapshot();
  EXPECT_EQ(now.count, 40'000U);
  EXPECT_EQ(now.cumulative.front().second, 20'000U);
  EXPECT_DOUBLE_EQ(now.sum, 50'000);
}

TEST(Metrics, WhatIsComputedIsAskedForWithEverySnapshotAndCut) {
  Metrics metrics;
  std::size_t count = 1;
  metrics.computed(MetricType::counter, {.name = "a_total", .help = "A."}, [&] {
    std::vector<MetricSeries> series;
    for (std::size_t i = 0; i < count; ++i) series.push_back({.labels = {{"i", std::to_string(i)}}, .value = 7});
    return series;
  });
  ASSERT_EQ(metrics.snapshot().front().series.size(), 1U);
  EXPECT_EQ(metrics.snapshot().front().series.front().value, 7);
  count = 1'000;
  EXPECT_EQ(metrics.snapshot().front().series.size(), metric_series_max);
}

}  // namespace
}  // namespace docmill
