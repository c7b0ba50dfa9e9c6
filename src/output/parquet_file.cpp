#include "output/parquet_file.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <algorithm>

#include "document/version.h"
#include "output/parquet/column_writer.h"
#include "output/parquet/metadata.h"

namespace docmill {
namespace {

using parquet_format::Column;
using parquet_format::ColumnWriter;

std::int64_t plain_size_bytes(const arrow::RecordBatch& rows) {
  std::int64_t size_bytes = 0;
  for (const auto& array : rows.columns()) size_bytes += parquet_format::plain_size_bytes(*array);
  return size_bytes;
}

class ObjectParquetFile final : public ParquetFile {
 public:
  ObjectParquetFile(std::unique_ptr<ObjectWriter> object, const ParquetTable& table, std::int64_t rows_per_group)
      : object_(std::move(object)),
        table_(table),
        writers_(table.columns().begin(), table.columns().end()),
        rows_per_group_(rows_per_group) {}

  Result<void> begin() { return put(parquet_format::magic); }

  Result<void> write(const arrow::RecordBatch& rows) override {
    if (!rows.schema()->Equals(*table_.schema()))
      return fail(ErrorKind::invalid_input, "Parquet file", "rows of another schema: " + rows.schema()->ToString());
    for (std::int64_t first = 0; first < rows.num_rows();) {
      const std::int64_t count = std::min(rows.num_rows() - first, rows_per_group_ - group_rows_);
      const bool all = count == rows.num_rows();
      if (auto written = write_into_group(all ? rows : *rows.Slice(first, count)); !written) return written;
      first += count;
    }
    return {};
  }

  Result<void> finish(const Metadata& metadata) override {
    if (auto ended = end_group(); !ended) return ended;
    object_->set_attributes(
        {.content_type = "application/vnd.apache.parquet", .metadata = {metadata.begin(), metadata.end()}});
    return put(parquet_format::encode({.common = table_.common_metadata(),
                                       .rows = rows_,
                                       .row_groups = row_groups_,
                                       .metadata = metadata,
                                       .created_by = "docmill version " + std::string(version)}));
  }

  Result<std::optional<std::string>> commit(const WriteCondition& condition) override {
    return object_->commit(condition);
  }
  bool can_commit() const override { return object_->can_commit(); }

 private:
  Result<void> write_into_group(const arrow::RecordBatch& rows) {
    const std::int64_t size_bytes = plain_size_bytes(rows);
    if (group_rows_ > 0 && group_bytes_ + size_bytes > row_group_size_bytes_max)
      if (auto ended = end_group(); !ended) return ended;
    for (std::size_t i = 0; i < writers_.size(); ++i) writers_[i].append(*rows.column(static_cast<int>(i)));
    group_rows_ += rows.num_rows();
    group_bytes_ += size_bytes;
    return group_rows_ == rows_per_group_ ? end_group() : Result<void>();
  }

  Result<void> end_group() {
    if (group_rows_ == 0) return {};
    parquet_format::RowGroup group{.rows = group_rows_, .chunks = {}};
    group.chunks.reserve(writers_.size());
    std::string pages;
    for (ColumnWriter& writer : writers_) {
      group.chunks.push_back(writer.finish(pages));
      group.chunks.back().offset = position_;
      if (auto written = put(pages); !written) return written;
    }
    append_row_group(row_groups_, group, table_.columns());
    rows_ += group_rows_;
    group_rows_ = group_bytes_ = 0;
    return {};
  }

  Result<void> put(std::string_view bytes) {
    position_ += static_cast<std::int64_t>(bytes.size());
    return object_->write(std::as_bytes(std::span(bytes)));
  }

  std::unique_ptr<ObjectWriter> object_;
  const ParquetTable& table_;
  std::vector<ColumnWriter> writers_;
  std::int64_t rows_per_group_;
  std::int64_t group_rows_ = 0, group_bytes_ = 0;  // of the row group that is being written
  std::int64_t rows_ = 0;                          // of those before
  parquet_format::Elements row_groups_;            // as the footer will hold them
  std::int64_t position_ = 0;
};

}  // namespace

Result<ParquetTable> ParquetTable::create(std::shared_ptr<arrow::Schema> schema, const ParquetLayout& layout) {
  auto columns = parquet_format::columns_of(*schema);
  if (!columns) return std::unexpected(std::move(columns).error());
  for (Column& column : *columns) {
    column.free_text = std::ranges::find(layout.free_text, column.name) != layout.free_text.end();
    column.compressed = column.free_text || layout.compress_all;
  }
  ParquetTable table;
  table.schema_ = std::move(schema);
  table.columns_ = *std::move(columns);
  table.common_metadata_ = parquet_format::common_metadata_of(table.columns_);
  return table;
}

Result<std::unique_ptr<ParquetFile>> ParquetFile::create(std::unique_ptr<ObjectWriter> object,
                                                         const ParquetTable& table, std::int64_t rows_per_group) {
  auto file = std::make_unique<ObjectParquetFile>(std::move(object), table, rows_per_group);
  if (auto begun = file->begin(); !begun) return std::unexpected(std::move(begun).error());
  return file;
}

}  // namespace docmill
