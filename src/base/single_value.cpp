#include "base/single_value.h"

#include <arrow/array.h>
#include <arrow/array/util.h>
#include <arrow/buffer.h>

#include <new>
#include <string>
#include <utility>
#include <vector>

namespace docmill {
namespace {

template <typename Array, typename Value>
std::shared_ptr<arrow::Array> of_number(Value value) {
  return std::make_shared<Array>(1, arrow::Buffer::FromVector(std::vector{value}));
}

std::shared_ptr<arrow::Array> null_of(const std::shared_ptr<arrow::DataType>& type) {
  auto array = arrow::MakeArrayOfNull(type, 1);
  if (!array.ok()) throw std::bad_alloc();
  return *std::move(array);
}

}  // namespace

std::shared_ptr<arrow::Array> single_value(std::optional<std::string_view> text) {
  static const auto null = null_of(arrow::utf8());
  if (!text) return null;
  const auto size = static_cast<std::int32_t>(text->size());
  return std::make_shared<arrow::StringArray>(1, arrow::Buffer::FromVector(std::vector<std::int32_t>{0, size}),
                                              arrow::Buffer::FromString(std::string(*text)));
}

std::shared_ptr<arrow::Array> single_value(std::optional<double> number) {
  static const auto null = null_of(arrow::float64());
  return number ? of_number<arrow::DoubleArray>(*number) : null;
}

std::shared_ptr<arrow::Array> single_value(std::int32_t number) { return of_number<arrow::Int32Array>(number); }
std::shared_ptr<arrow::Array> single_value(std::uint32_t number) { return of_number<arrow::UInt32Array>(number); }
std::shared_ptr<arrow::Array> single_value(std::uint64_t number) { return of_number<arrow::UInt64Array>(number); }

}  // namespace docmill
