// The rows of one output of docmill's, read to be joined with others of its table.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "document/tables.h"
#include "output/dataset/arrow_file.h"
#include "output/stamp.h"

namespace parquet::arrow {
class FileReader;
}

namespace docmill {

/// Reads rows in the schema of their table as this version has it. Columns that an older version did not have are
/// nulls, where they may be. One thread.
///
/// Errors of all members: those of whoever reads the bytes; corrupt (no Parquet file, or a damaged one); unsupported
/// (none of docmill's; rows of another schema, or of several documents; row groups larger than docmill writes them).
class OutputRows {
 public:
  /// `name` is for errors. The table outlives it.
  static Result<OutputRows> open(std::shared_ptr<ArrowFile> file, const Table& table, std::string name);
  OutputRows(OutputRows&&) noexcept;
  OutputRows& operator=(OutputRows&&) noexcept;
  ~OutputRows();

  const OutputStamp& stamp() const { return stamp_; }
  std::int64_t row_count() const { return row_count_; }
  /// What its rows are said to take before they are compressed.
  std::uint64_t plain_size_bytes() const { return plain_size_bytes_; }
  /// Of the document: known before rows are read only where there are none.
  const std::optional<std::string>& source_uri() const { return source_uri_; }

  /// The next rows; null at the end.
  Result<std::shared_ptr<arrow::RecordBatch>> next();

 private:
  OutputRows(std::shared_ptr<ArrowFile> file, const Table& table, std::string name);
  Result<void> begin();
  Result<void> check_footer();
  Result<void> check_document(const arrow::RecordBatch& rows);
  std::unexpected<Error> broken(std::string message) const;
  std::unexpected<Error> foreign(std::string message) const;

  std::shared_ptr<ArrowFile> file_;
  const Table* table_;
  std::string name_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::shared_ptr<arrow::RecordBatchReader> batches_;
  std::vector<int> columns_;  // of the file, by column of the table; -1 where it has none
  OutputStamp stamp_;
  std::optional<std::string> source_uri_;
  std::int64_t row_count_ = 0;
  std::uint64_t plain_size_bytes_ = 0;
};

/// Rows of `file` in the schema of `table`: for each of its columns the file's, or -1.
///
/// Errors: unsupported (a type is another, a column is missing that has no nulls, or one is there that this version
/// does not know; `name` is the subject).
Result<std::vector<int>> columns_of(const arrow::Schema& file, const Table& table, std::string_view name);

/// The batch in the schema of `table`. Errors: unsupported (nulls where there are none).
Result<std::shared_ptr<arrow::RecordBatch>> in_schema(const arrow::RecordBatch& rows, const std::vector<int>& columns,
                                                      const Table& table, std::string_view name);

}  // namespace docmill
