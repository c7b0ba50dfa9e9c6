// A Parquet file in an object store, as all of docmill's tables are written.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "output/parquet/column.h"
#include "output/parquet/metadata.h"
#include "store/object_store.h"

namespace docmill {

struct ParquetLayout {
  /// Columns whose values rarely repeat: zstd, but no dictionary, which would hold each once more, and no minimum and
  /// maximum. The other columns have a dictionary where that is smaller.
  std::vector<std::string> free_text{};
  /// zstd for the other columns too. Where their values are few, the dictionary leaves nothing to compress: zstd makes
  /// them larger, and takes longer than all else of a small file.
  bool compress_all = false;
};

/// What all files of a table have in common; it outlives them. Any number of threads may share one.
class ParquetTable {
 public:
  /// Errors: invalid_input (a column of a type that no table of docmill's has).
  static Result<ParquetTable> create(std::shared_ptr<arrow::Schema> schema, const ParquetLayout& layout);

  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  const std::vector<parquet_format::Column>& columns() const { return columns_; }
  const parquet_format::CommonMetadata& common_metadata() const { return common_metadata_; }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<parquet_format::Column> columns_;
  parquet_format::CommonMetadata common_metadata_;
};

/// A row group also ends before rows that would make it larger, uncompressed: what one group may take of memory.
inline constexpr std::int64_t row_group_size_bytes_max = 64 << 20;

/// Written here and not by libparquet, which takes ten times as long for a file of one row: most documents are short.
/// Readers are other people's: in the tests Arrow's and DuckDB's.
///
/// Equal rows give equal bytes, in whatever batches they come: one thread, no time, no Arrow schema in the metadata, a
/// `created_by` that names docmill and its version only. One row group is in memory, of free text what it takes
/// compressed. One thread.
class ParquetFile {
 public:
  using Metadata = std::vector<std::pair<std::string, std::string>>;

  static Result<std::unique_ptr<ParquetFile>> create(std::unique_ptr<ObjectWriter> object, const ParquetTable& table,
                                                     std::int64_t rows_per_group);
  virtual ~ParquetFile() = default;
  /// Rows of the schema. Errors of this and all below: those of the store, invalid_input (another schema).
  virtual Result<void> write(const arrow::RecordBatch& rows) = 0;
  /// Write what is buffered, and the footer.
  virtual Result<void> finish(const Metadata& metadata) = 0;
  /// After finish(): any number of times until it succeeds.
  virtual Result<std::optional<std::string>> commit(const WriteCondition& condition) = 0;
  /// As ObjectWriter::can_commit().
  virtual bool can_commit() const = 0;
};

}  // namespace docmill
