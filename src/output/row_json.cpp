#include "output/row_json.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <chrono>

#include "base/base64.h"
#include "base/clock.h"

namespace docmill {
namespace {

template <typename Array>
const Array& as(const arrow::Array& array) {
  return static_cast<const Array&>(array);  // the caller looked at type_id()
}

nlohmann::ordered_json value_json(const arrow::Array& array, std::int64_t row);

nlohmann::ordered_json list_json(const arrow::ListArray& list, std::int64_t row) {
  auto items = nlohmann::ordered_json::array();
  for (std::int64_t i = list.value_offset(row); i < list.value_offset(row + 1); ++i)
    items.push_back(value_json(*list.values(), i));
  return items;
}

nlohmann::ordered_json time_json(const arrow::TimestampArray& array, std::int64_t row) {
  if (static_cast<const arrow::TimestampType&>(*array.type()).unit() != arrow::TimeUnit::MICRO) return nullptr;
  return iso8601(WallTime(std::chrono::microseconds(array.Value(row))));
}

nlohmann::ordered_json value_json(const arrow::Array& array, std::int64_t row) {
  if (array.IsNull(row)) return nullptr;
  switch (array.type_id()) {
    case arrow::Type::STRING:
      return as<arrow::StringArray>(array).GetView(row);
    case arrow::Type::BINARY:
      return base64_encoded(as<arrow::BinaryArray>(array).GetView(row));
    case arrow::Type::BOOL:
      return as<arrow::BooleanArray>(array).Value(row);
    case arrow::Type::UINT32:
      return as<arrow::UInt32Array>(array).Value(row);
    case arrow::Type::INT32:
      return as<arrow::Int32Array>(array).Value(row);
    case arrow::Type::UINT64:
      return as<arrow::UInt64Array>(array).Value(row);
    case arrow::Type::DOUBLE:
      return as<arrow::DoubleArray>(array).Value(row);
    case arrow::Type::TIMESTAMP:
      return time_json(as<arrow::TimestampArray>(array), row);
    case arrow::Type::LIST:
      return list_json(as<arrow::ListArray>(array), row);
    default:  // a type that none of our tables has
      return nullptr;
  }
}

}  // namespace

nlohmann::ordered_json row_json(const arrow::RecordBatch& batch, std::int64_t row) {
  auto object = nlohmann::ordered_json::object();
  for (int i = 0; i < batch.num_columns(); ++i) object[batch.column_name(i)] = value_json(*batch.column(i), row);
  return object;
}

std::string json_text(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace docmill
