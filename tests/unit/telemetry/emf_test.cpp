#include "telemetry/emf.h"

#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace docmill {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

// 2026-11-22T01:40:43.000123Z, by `date -u -d @1795311643`.
const WallTime some_time{std::chrono::microseconds(1'795'311'643'000'123)};

// Members as the specification's schema of the format requires them.
TEST(EmbeddedMetricFormat, ALineNamesItsMetricsAndDimensionsAndHasTheirValues) {
  Metrics metrics;
  metrics.counter({.name = "messages", .help = "M.", .unit = MetricUnit::count}, {{"outcome", "done"}}).add(3);
  EmfReport report;
  const auto lines = report.lines(metrics.snapshot(), some_time);
  ASSERT_EQ(lines.size(), 1U);
  const json line = json::parse(lines.front());
  EXPECT_EQ(line["_aws"]["Timestamp"], 1'795'311'643'000);
  const json expected = json::parse(R"([{"Namespace": "docmill", "Dimensions": [["outcome"]],
                                         "Metrics": [{"Name": "messages", "Unit": "Count"}]}])");
  EXPECT_EQ(line["_aws"]["CloudWatchMetrics"], expected);
  EXPECT_EQ(line["outcome"], "done");
  EXPECT_EQ(line["messages"], 3);
}

TEST(EmbeddedMetricFormat, ACounterTellsItsGrowthAndAGaugeItsValue) {
  Metrics metrics;
  Counter& counter = metrics.counter({.name = "c", .help = "C."});
  Gauge& gauge = metrics.gauge({.name = "g", .help = "G."});
  EmfReport report;
  counter.add(5);
  gauge.set(2);
  json line = json::parse(report.lines(metrics.snapshot(), some_time).front());
  EXPECT_EQ(line["c"], 5);
  EXPECT_EQ(line["g"], 2);
  counter.add(4);
  line = json::parse(report.lines(metrics.snapshot(), some_time).front());
  EXPECT_EQ(line["c"], 4);
  EXPECT_EQ(line["g"], 2);
  line = json::parse(report.lines(metrics.snapshot(), some_time).front());
  EXPECT_FALSE(line.contains("c")) << "it did not grow";
}

TEST(EmbeddedMetricFormat, AHistogramIsItsCountAndItsSum) {
  Metrics metrics;
  constexpr std::array bounds{1.0};
  Histogram& histogram = metrics.histogram({.name = "d", .help = "D.", .unit = MetricUnit::seconds}, bounds);
  histogram.observe(0.5);
  histogram.observe(3);
  EmfReport report;
  const json line = json::parse(report.lines(metrics.snapshot(), some_time).front());
  EXPECT_EQ(line["d_count"], 2);
  EXPECT_EQ(line["d_sum"], 3.5);
  EXPECT_EQ(line["_aws"]["CloudWatchMetrics"][0]["Metrics"],
            json::parse(R"([{"Name": "d_count", "Unit": "Count"}, {"Name": "d_sum", "Unit": "Seconds"}])"));
}

TEST(EmbeddedMetricFormat, ALineHasAtMostAHundredMetrics) {
  Metrics metrics;
  for (int i = 0; i < 250; ++i) metrics.counter({.name = "m" + std::to_string(i), .help = "M."}).add();
  EmfReport report;
  std::size_t metrics_told = 0;
  const auto lines = report.lines(metrics.snapshot(), some_time);
  EXPECT_EQ(lines.size(), 3U);
  for (const std::string& line : lines) {
    const json definitions = json::parse(line)["_aws"]["CloudWatchMetrics"][0]["Metrics"];
    EXPECT_LE(definitions.size(), 100U);
    metrics_told += definitions.size();
  }
  EXPECT_EQ(metrics_told, 250U);
}

TEST(EmbeddedMetricFormat, WhatHappenedSinceTheLastReportIsToldAtTheEnd) {
  Metrics metrics;
  Counter& counter = metrics.counter({.name = "c", .help = "C."});
  const auto clock = make_system_clock();
  const auto concurrency = make_system_concurrency();
  std::vector<std::string> lines;
  {
    EmfLog log(metrics, *clock, *concurrency, [&](std::string_view line) { lines.emplace_back(line); }, 1h);
    ASSERT_TRUE(log.start());
    counter.add(2);
  }
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(json::parse(lines.front())["c"], 2);
}

}  // namespace
}  // namespace docmill
