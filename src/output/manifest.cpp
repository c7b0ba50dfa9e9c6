#include "output/manifest.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <system_error>
#include <utility>

#include "document/schemas.h"
#include "output/journal.h"
#include "output/names.h"
#include "output/parquet_file.h"

namespace docmill {
namespace {

constexpr std::size_t rows_per_group = 10'000;

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
template <typename Value>
arrow::Status append(arrow::ArrayBuilder& builder, const std::optional<Value>& value) {
  return value ? append(builder, *value) : builder.AppendNull();
}

std::optional<std::string_view> null_if_empty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// `values` stand in the order of documents_columns().
template <typename... Values>
arrow::Status append_row(arrow::RecordBatchBuilder& builder, const Values&... values) {
  arrow::Status status;
  int column = 0;
  ((status = status.ok() ? append(*builder.GetField(column++), values) : status), ...);
  return status;
}

arrow::Status append_record(arrow::RecordBatchBuilder& builder, const JournalHeader& run,
                            const DocumentRecord& record) {
  return append_row(builder, record.document_id, record.source_uri, record.source_etag, record.source_size_bytes,
                    record.source_modified_at, record.status, record.error_kind, null_if_empty(record.error_message),
                    record.page_count, record.pages_ocr, record.pages_failed, record.output_uri, record.output_etag,
                    record.sandbox_tier, record.duration_ms, record.attempt, run.run_id, run.docmill_version,
                    record.recipe_hash, record.finished_at);
}

std::unexpected<Error> no_memory(const arrow::Status& status) {
  return fail(ErrorKind::unavailable, "manifest", status.ToString());
}

// The rows of one row group, from the `first`.
Result<std::shared_ptr<arrow::RecordBatch>> next_group(JournalRows& rows, std::size_t first) {
  auto builder = arrow::RecordBatchBuilder::Make(documents_schema(), arrow::default_memory_pool());
  if (!builder.ok()) return no_memory(builder.status());
  const std::size_t end = std::min(rows.size(), first + rows_per_group);
  for (std::size_t i = first; i < end; ++i) {
    const auto record = rows.row(i);
    if (!record) return std::unexpected(record.error());
    if (const auto status = append_record(**builder, rows.header(), *record); !status.ok()) return no_memory(status);
  }
  auto group = (*builder)->Flush();
  if (!group.ok()) return no_memory(group.status());
  return std::move(*group);
}

Result<void> write_manifest(JournalRows& rows, ParquetFile& file) {
  for (std::size_t first = 0; first < rows.size(); first += rows_per_group) {
    const auto group = next_group(rows, first);
    if (!group) return std::unexpected(group.error());
    if (auto written = file.write(**group); !written) return written;
  }
  return file.finish({});
}

}  // namespace

std::string manifest_key(std::string_view run_id) { return fmt::format("{}runs/{}.parquet", own_prefix, run_id); }

Result<std::string> publish_manifest(const std::filesystem::path& journal, ObjectStore& store) {
  auto rows = JournalRows::open(journal);
  if (!rows) return std::unexpected(std::move(rows).error());
  std::string key = manifest_key(rows->header().run_id);
  auto object = store.create(key);
  if (!object) return std::unexpected(std::move(object).error());
  auto file = ParquetFile::create(std::move(*object), documents_schema(),
                                  {.rows_per_group = rows_per_group,
                                   .free_text = {"document_id", "source_uri", "error_message", "output_uri"},
                                   .compress_all = true});
  if (!file) return std::unexpected(std::move(file).error());
  if (auto written = write_manifest(*rows, **file); !written) return std::unexpected(std::move(written).error());
  auto committed = (*file)->commit(WriteCondition::always());
  if (!committed) return std::unexpected(std::move(committed).error());
  std::error_code ignored;  // a journal that stays is published once more, to the same bytes
  std::filesystem::remove(journal, ignored);
  return key;
}

}  // namespace docmill
