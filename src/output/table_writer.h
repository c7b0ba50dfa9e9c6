// Rows of a table -> a Parquet file in an object store. Every table of docmill is written through it.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/object_store.h"

namespace docmill {

namespace parquet_format {
class FileEncoder;
class FileFormat;
}  // namespace parquet_format

/// What the files of a table look like. It decides their bytes, but for the row groups.
struct TableLayout {
  std::shared_ptr<arrow::Schema> schema;
  /// Columns whose values rarely repeat and by which nobody skips row groups: text, coordinates. They are compressed
  /// with zstd, and have neither a dictionary, which would hold each value once more, nor a minimum and a maximum. The
  /// other columns have a minimum and a maximum, and a dictionary where that is smaller. Top-level names.
  std::vector<std::string> varied{};
  /// Compress the other columns too. Where their values are few, the dictionary leaves nothing to compress: zstd makes
  /// them larger, and takes longer than all else of a small file.
  bool compress_all = false;
  /// Most files have many thousands of rows. A file is then written by libparquet, whatever its columns are.
  bool large = false;
};

/// A row group also ends before the row that would make it larger, uncompressed: what one group may take of memory.
inline constexpr std::int64_t row_group_size_bytes_max = 64 << 20;

/// What all files of a table have in common, made once. A value; any number of threads may share one.
class TableFormat {
 public:
  /// Errors: invalid_input (a type that is not written to Parquet; a name in `varied` that is no column).
  static Result<TableFormat> create(TableLayout layout);
  /// For tests and benchmarks of one way to write: how create() chooses is in table_writer.cpp.
  TableFormat(TableLayout layout, std::shared_ptr<const parquet_format::FileFormat> format)
      : layout_(std::move(layout)), format_(std::move(format)) {}

  const TableLayout& layout() const { return layout_; }
  const std::shared_ptr<const parquet_format::FileFormat>& format() const { return format_; }

 private:
  TableLayout layout_;
  std::shared_ptr<const parquet_format::FileFormat> format_;
};

/// What a finished file holds.
struct TableSummary {
  std::int64_t rows = 0;
  std::int64_t row_groups = 0;
  std::int64_t size_bytes = 0;
};

/// Writes one file. Equal rows give equal bytes, in whatever batches they come: one thread, no time, no Arrow schema in
/// the metadata, a `created_by` that names docmill and its version only. Memory: one row group; of varied columns what
/// they take compressed and 1 MiB more. Destroyed before commit(), it leaves nothing.
///
/// Errors of all members: those of the object's store as they come; invalid_input (rows that do not fit);
/// std::bad_alloc is thrown. After an error, or after finish(), nothing more may be written.
class TableWriter {
 public:
  using Metadata = std::vector<std::pair<std::string, std::string>>;

  /// A row group ends after `rows_per_group` rows, which is at least 1.
  static Result<TableWriter> create(std::unique_ptr<ObjectWriter> object, const TableFormat& format,
                                    std::int64_t rows_per_group);
  TableWriter(TableWriter&&) noexcept;
  TableWriter& operator=(TableWriter&&) noexcept;
  ~TableWriter();

  /// Rows of the layout's schema.
  Result<void> write(const arrow::RecordBatch& rows);
  /// Write what is buffered and the footer with `metadata`, which becomes the object's metadata too, and with
  /// `of_file_alone`, which does not.
  Result<TableSummary> finish(const Metadata& metadata, const Metadata& of_file_alone = {});
  /// After finish(): any number of times until it succeeds. As ObjectWriter::commit().
  Result<std::optional<std::string>> commit(const WriteCondition& condition);
  /// As ObjectWriter::can_commit().
  bool can_commit() const;

 private:
  class CountingObject;
  TableWriter(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<const parquet_format::FileFormat> format,
              std::unique_ptr<ObjectWriter> object, std::int64_t rows_per_group);
  Result<void> end_row_group();

  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<const parquet_format::FileFormat> format_;
  std::unique_ptr<CountingObject> object_;
  std::unique_ptr<parquet_format::FileEncoder> encoder_;  // writes to object_, and ends before it
  std::int64_t rows_per_group_;
  std::int64_t group_rows_ = 0, group_bytes_ = 0;  // of the row group that is being written
  TableSummary written_;                           // of the row groups before
};

}  // namespace docmill
