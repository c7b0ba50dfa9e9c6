#include "output/table_json.h"

#include <arrow/record_batch.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "output/row_json.h"

namespace docmill {

namespace {

/// An object that has not ended.
std::string head_of(const DocumentColumns& document) {
  const nlohmann::ordered_json head{{"document_id", document.document_id},
                                    {"source_uri", document.source_uri},
                                    {"source_etag", document.source_etag},
                                    {"page_count", document.page_count}};
  std::string text = json_text(head);
  text.back() = ',';
  return text;
}

}  // namespace

Result<Blob> with_document(const Blob& object, const DocumentColumns& document) {
  BlobBuilder whole;
  const std::string head = head_of(document);
  Result<void> added = whole.append(std::as_bytes(std::span(head)));
  std::size_t brace_size_bytes = 1;  // of the object's own
  object.visit_pieces([&](std::span<const std::byte> piece) {
    const std::size_t left_out = std::min(std::exchange(brace_size_bytes, 0), piece.size());
    if (added) added = whole.append(piece.subspan(left_out));
  });
  if (!added) return std::unexpected(std::move(added).error());
  return std::move(whole).seal();
}

TableJson::TableJson(std::string_view table, const DocumentColumns& document) {
  begun_ = append(fmt::format("{}\"{}\":[", head_of(document), table));
}

Result<void> TableJson::append(std::string_view text) { return file_.append(std::as_bytes(std::span(text))); }

Result<void> TableJson::add(const arrow::RecordBatch& rows) {
  if (!begun_) return begun_;
  for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
    const std::string_view separator = std::exchange(is_first_, false) ? "\n" : ",\n";
    if (auto appended = append(fmt::format("{}{}", separator, json_text(row_json(rows, row)))); !appended)
      return appended;
  }
  return {};
}

Result<Blob> TableJson::finish() {
  if (!begun_) return std::unexpected(begun_.error());
  if (auto appended = append(is_first_ ? "]}\n" : "\n]}\n"); !appended) return std::unexpected(appended.error());
  return std::move(file_).seal();
}

}  // namespace docmill
