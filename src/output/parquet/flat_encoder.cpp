// docmill's own encoder: for a file of few rows it takes a fraction of libparquet's time. docs/parquet.md says more.
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <algorithm>
#include <string_view>

#include "output/parquet/column_writer.h"
#include "output/parquet/encoder.h"
#include "output/parquet/metadata.h"

namespace docmill::parquet_format {
namespace {

/// What files of one layout have in common.
class FlatFormat final : public FileFormat {
 public:
  FlatFormat(std::shared_ptr<arrow::Schema> schema, std::vector<Column> columns)
      : schema_(std::move(schema)), columns_(std::move(columns)), common_(common_metadata_of(columns_)) {}

  Result<std::unique_ptr<FileEncoder>> begin(ByteSink& sink) const override;
  const std::vector<Column>& columns() const { return columns_; }
  const CommonMetadata& common() const { return common_; }

 private:
  std::shared_ptr<arrow::Schema> schema_;  // has the names of the columns
  std::vector<Column> columns_;
  CommonMetadata common_;
};

class FlatEncoder final : public FileEncoder {
 public:
  FlatEncoder(ByteSink& sink, const FlatFormat& format)
      : sink_(sink), format_(format), writers_(format.columns().begin(), format.columns().end()) {}

  Result<void> begin() { return put(magic); }

  Result<void> append(const arrow::RecordBatch& rows) override {
    for (std::size_t i = 0; i < writers_.size(); ++i) writers_[i].append(*rows.column(static_cast<int>(i)));
    group_rows_ += rows.num_rows();
    return {};
  }

  Result<void> end_row_group() override {
    RowGroup group{.rows = group_rows_, .chunks = {}};
    group.chunks.reserve(writers_.size());
    std::string pages;
    for (ColumnWriter& writer : writers_) {
      group.chunks.push_back(writer.finish(pages));
      group.chunks.back().offset = position_;
      if (auto written = put(pages); !written) return written;
    }
    append_row_group(row_groups_, group, format_.columns());
    rows_ += std::exchange(group_rows_, 0);
    return {};
  }

  Result<void> finish(std::span<const std::pair<std::string, std::string>> metadata) override {
    return put(encode({.common = format_.common(),
                       .rows = rows_,
                       .row_groups = row_groups_,
                       .metadata = metadata,
                       .created_by = created_by()}));
  }

 private:
  Result<void> put(std::string_view bytes) {
    position_ += static_cast<std::int64_t>(bytes.size());
    return sink_.write(std::as_bytes(std::span(bytes)));
  }

  ByteSink& sink_;
  const FlatFormat& format_;
  std::vector<ColumnWriter> writers_;
  std::int64_t group_rows_ = 0;  // of the row group that is being written
  std::int64_t rows_ = 0;        // of those before
  Elements row_groups_;          // as the footer will hold them
  std::int64_t position_ = 0;
};

Result<std::unique_ptr<FileEncoder>> FlatFormat::begin(ByteSink& sink) const {
  auto encoder = std::make_unique<FlatEncoder>(sink, *this);
  if (auto begun = encoder->begin(); !begun) return std::unexpected(std::move(begun).error());
  return encoder;
}

}  // namespace

bool is_flat(const arrow::Schema& schema) { return columns_of(schema).has_value(); }

Result<std::shared_ptr<const FileFormat>> flat_format(const TableLayout& layout) {
  auto columns = columns_of(*layout.schema);
  if (!columns) return std::unexpected(std::move(columns).error());
  for (Column& column : *columns) {
    column.varied = std::ranges::find(layout.varied, column.name) != layout.varied.end();
    column.compressed = column.varied || layout.compress_all;
  }
  return std::make_shared<FlatFormat>(layout.schema, *std::move(columns));
}

}  // namespace docmill::parquet_format
