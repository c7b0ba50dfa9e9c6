#include "output/table_writer.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <algorithm>
#include <cassert>

#include "output/parquet/encoder.h"
#include "output/parquet/table_size.h"

namespace docmill {
namespace {

/// Beyond it a table is wide: what libparquet takes for making a file is little beside what it takes for the columns.
constexpr int own_columns_max = 32;

/// docmill's own encoder writes tables that are flat, narrow and not declared large: those of a document. libparquet
/// writes all others. docs/parquet.md has the figures.
bool is_written_by_own_encoder(const TableLayout& layout) {
  return !layout.large && layout.schema->num_fields() <= own_columns_max && parquet_format::is_flat(*layout.schema);
}

Result<void> check_varied(const TableLayout& layout) {
  for (const std::string& name : layout.varied)
    if (layout.schema->GetFieldIndex(name) < 0)
      return fail(ErrorKind::invalid_input, "table", "no column `" + name + "` to be written as varied");
  return {};
}

}  // namespace

Result<TableFormat> TableFormat::create(TableLayout layout) {
  if (auto checked = check_varied(layout); !checked) return std::unexpected(std::move(checked).error());
  auto format =
      is_written_by_own_encoder(layout) ? parquet_format::flat_format(layout) : parquet_format::arrow_format(layout);
  if (!format) return std::unexpected(std::move(format).error());
  return TableFormat(std::move(layout), *std::move(format));
}

class TableWriter::CountingObject final : public parquet_format::ByteSink {
 public:
  explicit CountingObject(std::unique_ptr<ObjectWriter> object) : object_(std::move(object)) {}
  Result<void> write(std::span<const std::byte> bytes) override {
    size_bytes_ += static_cast<std::int64_t>(bytes.size());
    return object_->write(bytes);
  }
  ObjectWriter& object() { return *object_; }
  std::int64_t size_bytes() const { return size_bytes_; }

 private:
  std::unique_ptr<ObjectWriter> object_;
  std::int64_t size_bytes_ = 0;
};

TableWriter::TableWriter(std::shared_ptr<arrow::Schema> schema,
                         std::shared_ptr<const parquet_format::FileFormat> format, std::unique_ptr<ObjectWriter> object,
                         std::int64_t rows_per_group)
    : schema_(std::move(schema)),
      format_(std::move(format)),
      object_(std::make_unique<CountingObject>(std::move(object))),
      rows_per_group_(rows_per_group) {
  assert(rows_per_group > 0);
}
TableWriter::TableWriter(TableWriter&&) noexcept = default;
TableWriter& TableWriter::operator=(TableWriter&& other) noexcept {
  encoder_ = nullptr;  // before the object that it writes to
  schema_ = std::move(other.schema_);
  format_ = std::move(other.format_);
  object_ = std::move(other.object_);
  encoder_ = std::move(other.encoder_);
  rows_per_group_ = other.rows_per_group_;
  group_rows_ = other.group_rows_;
  group_bytes_ = other.group_bytes_;
  written_ = other.written_;
  return *this;
}
TableWriter::~TableWriter() = default;

Result<TableWriter> TableWriter::create(std::unique_ptr<ObjectWriter> object, const TableFormat& format,
                                        std::int64_t rows_per_group) {
  TableWriter writer(format.layout().schema, format.format(), std::move(object), rows_per_group);
  auto encoder = writer.format_->begin(*writer.object_);
  if (!encoder) return std::unexpected(std::move(encoder).error());
  writer.encoder_ = *std::move(encoder);
  return writer;
}

Result<void> TableWriter::write(const arrow::RecordBatch& rows) {
  if (!rows.schema()->Equals(*schema_))
    return fail(ErrorKind::invalid_input, "table", "rows of another schema: " + rows.schema()->ToString());
  for (std::int64_t first = 0; first < rows.num_rows();) {
    const std::int64_t room = std::min(rows.num_rows() - first, rows_per_group_ - group_rows_);
    std::int64_t count = parquet_format::rows_that_fit(
        rows, first, room, std::max<std::int64_t>(0, row_group_size_bytes_max - group_bytes_));
    if (count == 0 && group_rows_ == 0) count = 1;  // larger than a row group by itself
    if (count > 0) {
      const bool all = count == rows.num_rows();
      group_bytes_ += parquet_format::plain_size_bytes(rows, first, count);
      if (auto added = encoder_->append(all ? rows : *rows.Slice(first, count)); !added) return added;
      first += count;
      group_rows_ += count;
    }
    if (count < room || group_rows_ == rows_per_group_)
      if (auto ended = end_row_group(); !ended) return ended;
  }
  return {};
}

Result<void> TableWriter::end_row_group() {
  if (group_rows_ == 0) return {};
  written_.rows += group_rows_;
  ++written_.row_groups;
  group_rows_ = group_bytes_ = 0;
  return encoder_->end_row_group();
}

Result<TableSummary> TableWriter::finish(const Metadata& metadata, const Metadata& of_file_alone) {
  if (auto ended = end_row_group(); !ended) return std::unexpected(std::move(ended).error());
  object_->object().set_attributes(
      {.content_type = "application/vnd.apache.parquet", .metadata = {metadata.begin(), metadata.end()}});
  Metadata of_file = metadata;
  of_file.insert(of_file.end(), of_file_alone.begin(), of_file_alone.end());
  if (auto finished = encoder_->finish(of_file); !finished) return std::unexpected(std::move(finished).error());
  written_.size_bytes = object_->size_bytes();
  return written_;
}

Result<std::optional<std::string>> TableWriter::commit(const WriteCondition& condition) {
  return object_->object().commit(condition);
}

bool TableWriter::can_commit() const { return object_->object().can_commit(); }

}  // namespace docmill
