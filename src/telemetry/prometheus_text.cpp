// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "telemetry/metrics.h"

namespace docmill {
namespace {

std::string_view name_of(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return "counter";
    case MetricType::gauge:
      return "gauge";
    case MetricType::histogram:
      return "histogram";
  }
  return "";
}

/// Quotes are escaped in the values of labels, and nowhere else.
std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || (quotes && c == '"')) out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::to_string(value);
}

class Text {
 public:
  void family(const MetricFamily& family) {
    line("# HELP {} {}\n", family.info.name, escaped(family.info.help, false));
    line("# TYPE {} {}\n", family.info.name, name_of(family.type));
    for (const MetricSeries& series : family.series) {
      if (family.type == MetricType::histogram)
        histogram(family.info.name, series);
      else
        sample(family.info.name, series.labels, number(series.value));
    }
  }
  std::string take() && { return std::move(text_); }

 private:
  template <typename... Values>
  void line(fmt::format_string<const Values&...> format, const Values&... values) {
    fmt::format_to(std::back_inserter(text_), format, values...);
  }

  void histogram(const std::string& name, const MetricSeries& series) {
    const Histogram::Snapshot& now = series.histogram;
    for (const auto& [bound, count] : now.cumulative) bucket(name, series.labels, number(bound), count);
    bucket(name, series.labels, "+Inf", now.count);
    sample(name + "_sum", series.labels, number(now.sum));
    sample(name + "_count", series.labels, fmt::to_string(now.count));
  }

  void bucket(const std::string& name, MetricLabels labels, std::string bound, std::uint64_t count) {
    labels.emplace_back("le", std::move(bound));
    sample(name + "_bucket", labels, fmt::to_string(count));
  }

  void sample(const std::string& name, const MetricLabels& labels, const std::string& value) {
    text_ += name;
    char before = '{';
    for (const auto& [label, text] : labels) {
      line("{}{}=\"{}\"", before, label, escaped(text, true));
      before = ',';
    }
    if (!labels.empty()) text_ += '}';
    line(" {}\n", value);
  }

  std::string text_;
};

}  // namespace

std::string prometheus_text(std::span<const MetricFamily> families) {
  Text text;
  for (const MetricFamily& family : families) text.family(family);
  return std::move(text).take();
}

}  // namespace docmill
