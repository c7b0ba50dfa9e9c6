#include "output/parquet/table_size.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <algorithm>

namespace docmill::parquet_format {
namespace {

template <typename Strings>
std::int64_t text_size_bytes(const arrow::Array& array, std::int64_t first, std::int64_t count) {
  const auto& texts = static_cast<const Strings&>(array);
  return texts.value_offset(first + count) - texts.value_offset(first);
}

template <typename Lists>
std::int64_t list_size_bytes(const arrow::Array& array, std::int64_t first, std::int64_t count) {
  const auto& lists = static_cast<const Lists&>(array);
  const std::int64_t start = lists.value_offset(first);
  return plain_size_bytes(*lists.values(), start, lists.value_offset(first + count) - start);
}

std::int64_t struct_size_bytes(const arrow::StructArray& array, std::int64_t first, std::int64_t count) {
  std::int64_t size_bytes = 0;
  for (int i = 0; i < array.num_fields(); ++i) size_bytes += plain_size_bytes(*array.field(i), first, count);
  return size_bytes;
}

}  // namespace

bool has_plain_size(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
      return true;
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
    case arrow::Type::FIXED_SIZE_LIST:
    case arrow::Type::MAP:
    case arrow::Type::STRUCT:
      return std::ranges::all_of(type.fields(), [](const auto& field) { return has_plain_size(*field->type()); });
    default:
      // A dictionary's values would be counted once for all rows, or once for each.
      return arrow::is_fixed_width(type.id()) && type.id() != arrow::Type::DICTIONARY;
  }
}

std::int64_t plain_size_bytes(const arrow::Array& array, std::int64_t first, std::int64_t count) {
  switch (array.type_id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return text_size_bytes<arrow::BinaryArray>(array, first, count);
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
      return text_size_bytes<arrow::LargeBinaryArray>(array, first, count);
    case arrow::Type::LIST:
    case arrow::Type::MAP:
      return list_size_bytes<arrow::ListArray>(array, first, count);
    case arrow::Type::LARGE_LIST:
      return list_size_bytes<arrow::LargeListArray>(array, first, count);
    case arrow::Type::FIXED_SIZE_LIST:
      return list_size_bytes<arrow::FixedSizeListArray>(array, first, count);
    case arrow::Type::STRUCT:
      return struct_size_bytes(static_cast<const arrow::StructArray&>(array), first, count);
    default:
      return count * array.type()->bit_width() / 8;
  }
}

std::int64_t plain_size_bytes(const arrow::RecordBatch& rows, std::int64_t first, std::int64_t count) {
  std::int64_t size_bytes = 0;
  for (int i = 0; i < rows.num_columns(); ++i) size_bytes += plain_size_bytes(*rows.column(i), first, count);
  return size_bytes;
}

std::int64_t rows_that_fit(const arrow::RecordBatch& rows, std::int64_t first, std::int64_t count,
                           std::int64_t size_bytes_max) {
  if (plain_size_bytes(rows, first, count) <= size_bytes_max) return count;
  std::int64_t fit = 0;
  for (std::int64_t too_many = count; too_many - fit > 1;) {
    const std::int64_t middle = fit + ((too_many - fit) / 2);
    (plain_size_bytes(rows, first, middle) <= size_bytes_max ? fit : too_many) = middle;
  }
  return fit;
}

}  // namespace docmill::parquet_format
