#include "output/parquet/column.h"

#include <arrow/type.h>

#include <optional>

namespace docmill::parquet_format {
namespace {

std::optional<ValueType> type_of(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::STRING:
      return ValueType{PhysicalType::byte_array, ConvertedType::utf8, Order::text, 0};
    case arrow::Type::BINARY:
      return ValueType{PhysicalType::byte_array, ConvertedType::none, Order::text, 0};
    case arrow::Type::INT32:
      return ValueType{PhysicalType::int32, ConvertedType::none, Order::signed_integer, 4};
    case arrow::Type::UINT32:
      return ValueType{PhysicalType::int32, ConvertedType::uint32, Order::unsigned_integer, 4};
    case arrow::Type::UINT64:
      return ValueType{PhysicalType::int64, ConvertedType::uint64, Order::unsigned_integer, 8};
    case arrow::Type::DOUBLE:
      return ValueType{PhysicalType::float64, ConvertedType::none, Order::floating, 8};
    case arrow::Type::TIMESTAMP: {
      const auto& time = static_cast<const arrow::TimestampType&>(type);
      if (time.unit() != arrow::TimeUnit::MICRO || time.timezone() != "UTC") return std::nullopt;
      return ValueType{PhysicalType::int64, ConvertedType::timestamp_micros, Order::signed_integer, 8};
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<std::vector<Column>> columns_of(const arrow::Schema& schema) {
  std::vector<Column> columns;
  columns.reserve(static_cast<std::size_t>(schema.num_fields()));
  for (const auto& field : schema.fields()) {
    const bool is_list = field->type()->id() == arrow::Type::LIST;
    const arrow::Field& item = is_list ? *field->type()->field(0) : *field;
    const auto type = type_of(*item.type());
    if (!type) return fail(ErrorKind::invalid_input, "Parquet file", "a column of type " + field->type()->ToString());
    columns.push_back({.name = field->name(),
                       .type = *type,
                       .nullable = field->nullable(),
                       .is_list = is_list,
                       .items_nullable = is_list && item.nullable()});
  }
  return columns;
}

}  // namespace docmill::parquet_format
