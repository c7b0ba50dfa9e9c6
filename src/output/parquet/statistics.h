// The least and the greatest value of a column, by which readers skip row groups.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "output/parquet/column.h"

namespace docmill::parquet_format {

/// Of values as PLAIN has them, but without the length before a text. Nothing where there is no value, one is not a
/// number, or one of the two is longer than a reader needs to skip by.
std::optional<std::pair<std::string, std::string>> min_max_of(std::span<const std::string_view> values, Order order);

}  // namespace docmill::parquet_format
