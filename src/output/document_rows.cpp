#include "output/document_rows.h"

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/reader.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "document/source_id.h"
#include "document/tables.h"
#include "output/record_json.h"
#include "output/row_json.h"

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

arrow::Result<std::vector<nlohmann::json>> rows_in(const std::string& file) {
  const auto source = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(file));
  ARROW_ASSIGN_OR_RAISE(auto reader, parquet::arrow::OpenFile(source, arrow::default_memory_pool()));
  ARROW_ASSIGN_OR_RAISE(const auto batches, reader->GetRecordBatchReader());
  std::vector<nlohmann::json> rows;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, batches->Next());
    if (!batch) return rows;
    for (std::int64_t row = 0; row < batch->num_rows(); ++row) rows.emplace_back(row_json(*batch, row));
  }
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
      append_row(*builder_, record.document_id, record.source_uri, source_id_of(record.source_uri), record.source_etag,
                 record.source_size_bytes, record.source_modified_at, record.status, record.error_kind,
                 null_if_empty(record.error_message), record.page_count, record.pages_ocr, record.pages_failed,
                 record.output_uri, record.output_etag, record.output_state, record.sandbox_tier, record.duration_ms,
                 record.attempt, run_id, docmill_version, record.recipe_hash, record.finished_at);
  if (!status.ok()) return no_memory(status);
  return {};
}

Result<std::shared_ptr<arrow::RecordBatch>> DocumentRows::take() {
  auto rows = builder_->Flush();
  if (!rows.ok()) return no_memory(rows.status());
  return *std::move(rows);
}

Result<std::vector<DocumentRow>> read_documents(const std::string& file, std::string_view name) {
  try {
    auto rows = rows_in(file);
    if (!rows.ok()) return fail(ErrorKind::corrupt, name, rows.status().ToString());
    std::vector<DocumentRow> documents;
    for (const nlohmann::json& row : *rows) {
      auto record = record_from_json(row);
      if (!record) return std::unexpected(std::move(record).error().within(name));
      documents.push_back(
          {.run_id = row.at("run_id"), .docmill_version = row.at("docmill_version"), .record = *std::move(record)});
    }
    return documents;
  } catch (const std::exception& error) {  // parquet throws at damage, JSON where a column is not there
    return fail(ErrorKind::corrupt, name, error.what());
  }
}

Result<TableWriter> create_documents_file(std::unique_ptr<ObjectWriter> object) {
  static const TableFormat format =
      TableFormat::create(
          {.schema = documents_table().schema, .varied = varied_columns(documents_table()), .compress_all = true})
          .value();
  return TableWriter::create(std::move(object), format, document_rows_per_group);
}

}  // namespace docmill
