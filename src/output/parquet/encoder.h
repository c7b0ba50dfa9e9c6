// The two ways to write a Parquet file, behind one interface.
#pragma once

#include <arrow/type_fwd.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "output/table_writer.h"

namespace docmill::parquet_format {

/// Where the bytes of a file go.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual Result<void> write(std::span<const std::byte> bytes) = 0;
};

/// Rows -> the bytes of one file. Errors: those of the sink as they come, invalid_input. One thread.
class FileEncoder {
 public:
  virtual ~FileEncoder() = default;
  /// Rows of the layout's schema, for the row group that is being written.
  virtual Result<void> append(const arrow::RecordBatch& rows) = 0;
  /// REQUIRES: rows were appended since the last call.
  virtual Result<void> end_row_group() = 0;
  /// Write the footer. REQUIRES: the last row group has ended; this is the last call.
  virtual Result<void> finish(std::span<const std::pair<std::string, std::string>> metadata) = 0;
};

/// What all files of a layout share. Any thread may call it.
class FileFormat {
 public:
  virtual ~FileFormat() = default;
  /// The sink and this format outlive the encoder.
  virtual Result<std::unique_ptr<FileEncoder>> begin(ByteSink& sink) const = 0;
};

/// Whether flat_format() can write the schema: values, and lists of values, of the types that column.h has.
bool is_flat(const arrow::Schema& schema);
/// docmill's own encoder. Errors: invalid_input (the schema is not flat).
Result<std::shared_ptr<const FileFormat>> flat_format(const TableLayout& layout);
/// libparquet. Errors: invalid_input (a type that Parquet or table_size.h does not have).
Result<std::shared_ptr<const FileFormat>> arrow_format(const TableLayout& layout);

/// As every file names its writer.
std::string created_by();

}  // namespace docmill::parquet_format
