#include "cli/page_text.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <fmt/format.h>

#include "cli/row_json.h"
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

std::string PagePrinter::pages(const arrow::RecordBatch& batch) {
  std::string out;
  for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
    switch (format_) {
      case ExtractFormat::text:
        out += text_of_row(batch, row);
        break;
      case ExtractFormat::ndjson:
        out += ndjson_of_row(batch, row);
        break;
      case ExtractFormat::json:
        out += json_of_row(batch, row);
        break;
    }
    ++pages_;
  }
  return out;
}

std::string PagePrinter::text_of_row(const arrow::RecordBatch& batch, std::int64_t row) const {
  const nlohmann::ordered_json page = row_json(batch, row);
  std::string text = page.at("text").get<std::string>();
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  if (!for_terminal_) return text + '\f';
  const std::string of_count = page_count_ ? fmt::format(" of {}", *page_count_) : "";
  return fmt::format("--- {}, page {}{} ---\n{}\n", printable(name_, Lines::escape),
                     page.at("page_number").get<std::uint32_t>(), of_count, printable(text, Lines::keep));
}

std::string PagePrinter::ndjson_of_row(const arrow::RecordBatch& batch, std::int64_t row) const {
  nlohmann::ordered_json object{{"source", name_}, {"page_count", count_json(page_count_)}};
  object.update(row_json(batch, row));
  return json_text(object) + "\n";
}

std::string PagePrinter::json_of_row(const arrow::RecordBatch& batch, std::int64_t row) const {
  return fmt::format("{}\n  {}", pages_ == 0 ? "" : ",", json_text(row_json(batch, row)));
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
