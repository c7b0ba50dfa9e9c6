#include "output/parquet/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace docmill::parquet_format {
namespace {

using MinMax = std::pair<std::string, std::string>;

/// Beyond it a minimum costs the footer more than skipping saves.
constexpr std::size_t text_size_bytes_max = 1024;

template <typename Number>
Number number_in(std::string_view bytes) {
  Number number{};
  std::memcpy(&number, bytes.data(), sizeof number);  // NOLINT(bugprone-suspicious-stringview-data-usage)
  return number;
}

template <typename Number>
std::string bytes_of(Number number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

template <typename Number>
MinMax integers(std::span<const std::string_view> values) {
  const auto [least, greatest] = std::ranges::minmax(values, {}, number_in<Number>);
  return {std::string(least), std::string(greatest)};
}

std::optional<MinMax> texts(std::span<const std::string_view> values) {
  const auto [least, greatest] = std::ranges::minmax(values);
  if (std::max(least.size(), greatest.size()) > text_size_bytes_max) return std::nullopt;
  return MinMax(least, greatest);
}

// The two zeros are equal, but not to every reader: the least one is said to be negative, the greatest positive.
// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift, TypeDefinedOrder
std::optional<MinMax> floats(std::span<const std::string_view> values) {
  if (std::ranges::any_of(values, [](std::string_view value) { return std::isnan(number_in<double>(value)); }))
    return std::nullopt;
  const auto [least, greatest] = std::ranges::minmax(values, {}, number_in<double>);
  const double min = number_in<double>(least);
  const double max = number_in<double>(greatest);
  return MinMax(bytes_of(min == 0 ? -0.0 : min), bytes_of(max == 0 ? 0.0 : max));
}

}  // namespace

std::optional<MinMax> min_max_of(std::span<const std::string_view> values, Order order) {
  if (values.empty()) return std::nullopt;
  const bool wide = values.front().size() == sizeof(std::uint64_t);
  switch (order) {
    case Order::text:
      return texts(values);
    case Order::signed_integer:
      return wide ? integers<std::int64_t>(values) : integers<std::int32_t>(values);
    case Order::unsigned_integer:
      return wide ? integers<std::uint64_t>(values) : integers<std::uint32_t>(values);
    case Order::floating:
      return floats(values);
  }
  return std::nullopt;
}

}  // namespace docmill::parquet_format
