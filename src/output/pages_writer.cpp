#include "output/pages_writer.h"

#include <arrow/api.h>

#include <cassert>
#include <utility>
#include <vector>

#include "document/limits.h"
#include "document/schemas.h"
#include "output/parquet_file.h"

namespace docmill {
namespace {

// Every value is one of the few that the caller owns anyway, so this fails only without memory.
template <typename Builder, typename Value>
arrow::Result<std::shared_ptr<arrow::Array>> one(const Value& value) {
  Builder builder;
  ARROW_RETURN_NOT_OK(builder.Append(value));
  return builder.Finish();
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> document_row(const DocumentColumns& document) {
  ARROW_ASSIGN_OR_RAISE(auto id, one<arrow::StringBuilder>(document.document_id));
  ARROW_ASSIGN_OR_RAISE(auto uri, one<arrow::StringBuilder>(document.source_uri));
  ARROW_ASSIGN_OR_RAISE(auto etag, one<arrow::StringBuilder>(document.source_etag));
  ARROW_ASSIGN_OR_RAISE(auto size, one<arrow::UInt64Builder>(document.source_size_bytes));
  ARROW_ASSIGN_OR_RAISE(auto pages, one<arrow::UInt32Builder>(document.page_count));
  const std::vector<std::pair<const char*, std::shared_ptr<arrow::Array>>> columns{{"document_id", id},
                                                                                   {"source_uri", uri},
                                                                                   {"source_etag", etag},
                                                                                   {"source_size_bytes", size},
                                                                                   {"page_count", pages}};
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& [name, array] : columns) {
    fields.push_back(pages_schema()->GetFieldByName(name));
    arrays.push_back(array);
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), 1, std::move(arrays));
}

/// Rows are handed on together once so much is there: Parquet's writer works by columns, and takes twice as long for
/// rows that come one by one.
constexpr std::int64_t gathered_size_bytes_max = 4 * MiB;

arrow::Result<std::shared_ptr<arrow::RecordBatch>> repeated(const arrow::RecordBatch& row, std::int64_t times) {
  arrow::ArrayVector arrays;
  for (const auto& column : row.columns()) {
    ARROW_ASSIGN_OR_RAISE(const auto value, column->GetScalar(0));
    ARROW_ASSIGN_OR_RAISE(arrays.emplace_back(), arrow::MakeArrayFromScalar(*value, times));
  }
  return arrow::RecordBatch::Make(row.schema(), times, std::move(arrays));
}

// Rows of `pages`: each column from the one of the two that has it.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> joined(const arrow::RecordBatch& document,
                                                          const arrow::RecordBatchVector& rows) {
  ARROW_ASSIGN_OR_RAISE(const auto pages, arrow::ConcatenateRecordBatches(rows));
  ARROW_ASSIGN_OR_RAISE(const auto documents, repeated(document, pages->num_rows()));
  arrow::ArrayVector arrays;
  for (const auto& field : pages_schema()->fields()) {
    auto array = pages->GetColumnByName(field->name());
    arrays.push_back(array ? array : documents->GetColumnByName(field->name()));
  }
  return arrow::RecordBatch::Make(pages_schema(), pages->num_rows(), std::move(arrays));
}

std::int64_t text_size_bytes(const arrow::RecordBatch& row) {
  return static_cast<const arrow::StringArray&>(*row.GetColumnByName("text")).value_length(0);
}

class ParquetPagesWriter final : public PagesWriter {
 public:
  ParquetPagesWriter(std::unique_ptr<ParquetFile> file, std::shared_ptr<arrow::RecordBatch> document,
                     std::uint32_t batch_size)
      : file_(std::move(file)), document_(std::move(document)), batch_size_(batch_size) {}

  Result<void> add(const std::shared_ptr<arrow::RecordBatch>& page) override {
    if (page->num_rows() != 1 || !page->schema()->Equals(*page_content_schema()))
      return fail(ErrorKind::invalid_input, "page", "expected one row of the page schema");
    gathered_.push_back(page);
    gathered_size_bytes_ += text_size_bytes(*page);
    const bool enough = gathered_.size() >= batch_size_ || gathered_size_bytes_ >= gathered_size_bytes_max;
    return enough ? write_gathered() : Result<void>();
  }

  Result<void> finish(const OutputStamp& stamp) override {
    if (auto written = write_gathered(); !written) return written;
    return file_->finish(metadata_of(stamp));
  }

  Result<std::optional<std::string>> commit(const WriteCondition& condition) override {
    return file_->commit(condition);
  }

 private:
  Result<void> write_gathered() {
    if (gathered_.empty()) return {};
    const auto rows = joined(*document_, gathered_);
    if (!rows.ok()) return fail(ErrorKind::unavailable, "pages", rows.status().ToString());
    gathered_.clear();
    gathered_size_bytes_ = 0;
    return file_->write(**rows);
  }

  std::unique_ptr<ParquetFile> file_;
  std::shared_ptr<arrow::RecordBatch> document_;  // one row
  std::uint32_t batch_size_;
  arrow::RecordBatchVector gathered_;
  std::int64_t gathered_size_bytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<PagesWriter>> PagesWriter::create(std::unique_ptr<ObjectWriter> object,
                                                         const DocumentColumns& document, std::uint32_t batch_size) {
  auto row = document_row(document);
  if (!row.ok()) return fail(ErrorKind::unavailable, document.source_uri, row.status().ToString());
  auto file = ParquetFile::create(std::move(object), pages_schema(),
                                  {.rows_per_group = batch_size, .free_text = {"text", "error_message"}});
  if (!file) return std::unexpected(std::move(file).error());
  return std::make_unique<ParquetPagesWriter>(std::move(*file), std::move(*row), batch_size);
}

}  // namespace docmill
