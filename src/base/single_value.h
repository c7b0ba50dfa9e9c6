// Arrow arrays of one value: the columns of a row.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace docmill {

// Made without a builder, which allocates ten times as often. Nulls are shared: arrays do not change.
std::shared_ptr<arrow::Array> single_value(std::optional<std::string_view> text);
std::shared_ptr<arrow::Array> single_value(std::optional<double> number);
std::shared_ptr<arrow::Array> single_value(std::int32_t number);
std::shared_ptr<arrow::Array> single_value(std::uint32_t number);
std::shared_ptr<arrow::Array> single_value(std::uint64_t number);

}  // namespace docmill
