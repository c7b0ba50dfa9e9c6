#include "output/table_json.h"

#include <arrow/record_batch.h>
#include <fmt/format.h>

#include <span>
#include <utility>

#include "output/row_json.h"

namespace docmill {

TableJson::TableJson(std::string_view table, const DocumentColumns& document) {
  nlohmann::ordered_json head{{"document_id", document.document_id},
                              {"source_uri", document.source_uri},
                              {"source_etag", document.source_etag},
                              {"page_count", document.page_count}};
  std::string text = json_text(head);
  text.pop_back();
  begun_ = append(fmt::format("{},\"{}\":[", text, table));
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
