// How large rows are before they are encoded and compressed.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>

namespace docmill::parquet_format {

/// Whether rows of this type can be measured.
bool has_plain_size(const arrow::DataType& type);

/// Bytes of the values of `count` rows from the `first`. Takes the same time for any number of rows.
/// REQUIRES: has_plain_size() of the types.
std::int64_t plain_size_bytes(const arrow::Array& array, std::int64_t first, std::int64_t count);
std::int64_t plain_size_bytes(const arrow::RecordBatch& rows, std::int64_t first, std::int64_t count);

/// How many rows from the `first`, at most `count`, take at most `size_bytes_max` together.
std::int64_t rows_that_fit(const arrow::RecordBatch& rows, std::int64_t first, std::int64_t count,
                           std::int64_t size_bytes_max);

}  // namespace docmill::parquet_format
