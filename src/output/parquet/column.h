// The columns of a Parquet file: what becomes of the fields of an Arrow schema.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace docmill::parquet_format {

/// Numbers of the enums `Type` and `ConvertedType` in
/// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
enum class PhysicalType : std::int32_t { int32 = 1, int64 = 2, float64 = 5, byte_array = 6 };
enum class ConvertedType : std::int32_t {
  none = -1,
  utf8 = 0,
  list = 3,
  timestamp_micros = 10,
  uint32 = 13,
  uint64 = 14
};

/// How values are compared for minimum and maximum.
enum class Order : std::uint8_t { text, signed_integer, unsigned_integer, floating };

struct ValueType {
  PhysicalType physical;
  ConvertedType converted;
  Order order;
  std::uint32_t size_bytes;  // 0: a length of four bytes goes before each value
};

/// A field of values, or of lists of values. Its name is the schema's own.
struct Column {
  std::string_view name;
  ValueType type;
  bool nullable = false;
  bool is_list = false;
  bool items_nullable = false;
  /// Its values rarely repeat: no dictionary, no minimum and maximum, and pages of about 1 MiB, so that its text is not
  /// in memory whole.
  bool varied = false;
  /// With zstd, in row groups that have something to compress.
  bool compressed = false;

  /// The definition level of a value that is there; each level below says what is missing.
  std::uint32_t definition_max() const { return (nullable ? 1 : 0) + (is_list ? 1 : 0) + (items_nullable ? 1 : 0); }
};

/// Neither varied nor compressed. Errors: invalid_input (a type that no table of docmill has so far).
Result<std::vector<Column>> columns_of(const arrow::Schema& schema);

}  // namespace docmill::parquet_format
