#include "output/document_rows.h"

#include <arrow/api.h>

#include <optional>
#include <string>
#include <utility>

#include "document/tables.h"

namespace docmill {
namespace {

arrow::Status append(arrow::ArrayBuilder& builder, const std::string& value) {
  return static_cast<arrow::StringBuilder&>(builder).Append(value);
}
arrow::Status append(arrow::ArrayBuilder& builder, std::string_view value) {
  return static_cast<arrow::StringBuilder&>(builder).Append(value);
}
arrow::Status append(arrow::ArrayBuilder& builder, std::uint32_t value) {
  return static_cast<arrow::UInt32Builder&>(builder).Append(value);
}
arrow::Status append(arrow::ArrayBuilder& builder, std::uint64_t value) {
  return static_cast<arrow::UInt64Builder&>(builder).Append(value);
}
arrow::Status append(arrow::ArrayBuilder& builder, WallTime value) {
  return static_cast<arrow::TimestampBuilder&>(builder).Append(value.time_since_epoch().count());
}
arrow::Status append(arrow::ArrayBuilder& builder, ErrorKind value) { return append(builder, name_of(value)); }
arrow::Status append(arrow::ArrayBuilder& builder, DocumentStatus value) { return append(builder, name_of(value)); }
arrow::Status append(arrow::ArrayBuilder& builder, OutputState value) { return append(builder, name_of(value)); }
template <typename Value>
arrow::Status append(arrow::ArrayBuilder& builder, const std::optional<Value>& value) {
  return value ? append(builder, *value) : builder.AppendNull();
}

std::optional<std::string_view> null_if_empty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// `values` stand in the order of documents_table().
template <typename... Values>
arrow::Status append_row(arrow::RecordBatchBuilder& builder, const Values&... values) {
  arrow::Status status;
  int column = 0;
  ((status = status.ok() ? append(*builder.GetField(column++), values) : status), ...);
  return status;
}

std::unexpected<Error> no_memory(const arrow::Status& status) {
  return fail(ErrorKind::unavailable, "table of documents", status.ToString());
}

}  // namespace

DocumentRows::DocumentRows(std::unique_ptr<arrow::RecordBatchBuilder> builder) : builder_(std::move(builder)) {}
DocumentRows::DocumentRows(DocumentRows&&) noexcept = default;
DocumentRows& DocumentRows::operator=(DocumentRows&&) noexcept = default;
DocumentRows::~DocumentRows() = default;

Result<DocumentRows> DocumentRows::create() {
  auto builder = arrow::RecordBatchBuilder::Make(documents_table().schema, arrow::default_memory_pool());
  if (!builder.ok()) return no_memory(builder.status());
  return DocumentRows(*std::move(builder));
}

Result<void> DocumentRows::add(std::string_view run_id, std::string_view docmill_version,
                               const DocumentRecord& record) {
  const auto status =
      append_row(*builder_, record.document_id, record.source_uri, record.source_etag, record.source_size_bytes,
                 record.source_modified_at, record.status, record.error_kind, null_if_empty(record.error_message),
                 record.page_count, record.pages_ocr, record.pages_failed, record.output_uri, record.output_etag,
                 record.output_state, record.sandbox_tier, record.duration_ms, record.attempt, run_id, docmill_version,
                 record.recipe_hash, record.finished_at);
  if (!status.ok()) return no_memory(status);
  return {};
}

Result<std::shared_ptr<arrow::RecordBatch>> DocumentRows::take() {
  auto rows = builder_->Flush();
  if (!rows.ok()) return no_memory(rows.status());
  return *std::move(rows);
}

Result<std::unique_ptr<ParquetFile>> create_documents_file(std::unique_ptr<ObjectWriter> object) {
  static const ParquetTable table =
      ParquetTable::create(documents_table().schema,
                           {.free_text = free_text_columns(documents_table()), .compress_all = true})
          .value();
  return ParquetFile::create(std::move(object), table, document_rows_per_group);
}

}  // namespace docmill
