#include "cli/page_text.h"

#include <arrow/record_batch.h>
#include <fmt/format.h>

#include <utility>

#include "cli/table_text.h"
#include "output/row_json.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

nlohmann::ordered_json count_json(std::optional<std::uint32_t> count) {
  return count ? nlohmann::ordered_json(*count) : nlohmann::ordered_json(nullptr);
}

// `"error_kind": ..., "error_message": ...` of a document.
void add_error(nlohmann::ordered_json& object, const std::optional<Error>& error) {
  object["error_kind"] = nullptr;
  object["error_message"] = nullptr;
  if (!error) return;
  object["error_kind"] = name_of(error->kind);
  object["error_message"] = error->message;
}

}  // namespace

std::string PagePrinter::begin_document(std::string_view name) {
  name_ = name;
  page_count_.reset();
  pages_ = 0;
  ++documents_;
  if (format_ != ExtractFormat::json) return "";
  return fmt::format("{}\n{{\"source\":{},\"pages\":[", documents_ == 1 ? "[" : ",", json_text(name_));
}

std::string PagePrinter::page(const ExtractedPage& page) {
  const std::string text = format_ == ExtractFormat::text     ? text_of(page)
                           : format_ == ExtractFormat::ndjson ? ndjson_of(page)
                                                              : json_of(page);
  ++pages_;
  return text;
}

/// The columns of the page's row, and the rows of each other table under its name.
nlohmann::ordered_json PagePrinter::page_json(const ExtractedPage& page) const {
  nlohmann::ordered_json object = row_json(*page.rows_of(TableId::pages), 0);
  for (const TableId table : table_ids) {
    const auto& rows = page.rows_of(table);
    if (table == TableId::pages || !outputs_.has_table(table) || rows == nullptr) continue;
    auto& list = object[table_of(table).name] = nlohmann::ordered_json::array();
    for (std::int64_t row = 0; row < rows->num_rows(); ++row) {
      auto values = row_json(*rows, row);
      values.erase("page_number");
      list.push_back(std::move(values));
    }
  }
  return object;
}

/// Those of the page but the text, for people.
std::string PagePrinter::tables_of(const ExtractedPage& page) const {
  std::string text;
  for (const TableId id : table_ids) {
    const auto& rows = page.rows_of(id);
    if (id == TableId::pages || !outputs_.has_table(id) || rows == nullptr) continue;
    const Table& table = table_of(id);
    text += fmt::format("{}[{}: {}]\n", text.empty() ? "" : "\n", table.name, rows->num_rows());
    RowsTable shown(table, false);
    for (std::int64_t row = 0; row < rows->num_rows(); ++row) shown.add(row_json(*rows, row));
    if (rows->num_rows() > 0) text += shown.text_without_empty_columns();
  }
  return text;
}

std::string PagePrinter::text_of(const ExtractedPage& page) const {
  const nlohmann::ordered_json row = row_json(*page.rows_of(TableId::pages), 0);
  std::string text = outputs_.has(OutputId::text) ? row.at("text").get<std::string>() : "";
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  if (for_terminal_) text = printable(text, Lines::keep);
  const std::string tables = tables_of(page);
  if (!text.empty() && !tables.empty()) text += '\n';
  text += tables;
  if (!for_terminal_) return text + '\f';
  const std::string of_count = page_count_ ? fmt::format(" of {}", *page_count_) : "";
  return fmt::format("--- {}, page {}{} ---\n{}\n", printable(name_, Lines::escape), page.page_index + 1, of_count,
                     text);
}

std::string PagePrinter::ndjson_of(const ExtractedPage& page) const {
  nlohmann::ordered_json object{{"source", name_}, {"page_count", count_json(page_count_)}};
  object.update(page_json(page));
  return json_text(object) + "\n";
}

std::string PagePrinter::json_of(const ExtractedPage& page) const {
  return fmt::format("{}\n  {}", pages_ == 0 ? "" : ",", json_text(page_json(page)));
}

std::string PagePrinter::end_document(const std::optional<Error>& error) {
  nlohmann::ordered_json object;
  switch (format_) {
    case ExtractFormat::text:
      return "";
    case ExtractFormat::ndjson:
      if (!error || pages_ > 0) return "";
      object = {{"source", name_}, {"page_count", count_json(page_count_)}, {"page_number", nullptr}};
      add_error(object, error);
      return json_text(object) + "\n";
    case ExtractFormat::json:
      object = {{"page_count", count_json(page_count_)}};
      add_error(object, error);
      return "]," + json_text(object).substr(1);  // the rest of the object that begin_document() opened
  }
  return "";
}

std::string PagePrinter::finish() {
  if (format_ != ExtractFormat::json) return "";
  return documents_ == 0 ? "[]\n" : "\n]\n";
}

}  // namespace docmill
