#include "document/page.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <stdexcept>

#include "document/schemas.h"

namespace docmill {
namespace {

// Building a row fails only when memory runs out, which the caller cannot mend.
void check(const arrow::Status& status) {
  if (!status.ok()) throw std::bad_alloc();
}

std::uint32_t count_code_points(std::string_view utf8) {
  return static_cast<std::uint32_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

template <typename Builder, typename Value>
std::shared_ptr<arrow::Array> one(const std::optional<Value>& value) {
  Builder builder;
  check(value ? builder.Append(*value) : builder.AppendNull());
  std::shared_ptr<arrow::Array> array;
  check(builder.Finish(&array));
  return array;
}

std::shared_ptr<arrow::Array> text(std::optional<std::string_view> value) { return one<arrow::StringBuilder>(value); }

std::shared_ptr<arrow::Array> number(std::optional<double> value) { return one<arrow::DoubleBuilder>(value); }

std::shared_ptr<arrow::Array> count(std::uint32_t value) { return one<arrow::UInt32Builder>(std::optional(value)); }

std::shared_ptr<arrow::Array> list_of(const std::vector<std::string>& codes) {
  const auto items = std::make_shared<arrow::StringBuilder>();
  arrow::ListBuilder builder(arrow::default_memory_pool(), items,
                             page_content_schema()->GetFieldByName("warnings")->type());
  check(builder.Append());
  for (const std::string& code : codes) check(items->Append(code));
  std::shared_ptr<arrow::Array> array;
  check(builder.Finish(&array));
  return array;
}

}  // namespace

std::string_view name_of(TextSource source) {
  switch (source) {
    case TextSource::none:
      return "none";
    case TextSource::native:
      return "native";
    case TextSource::ocr:
      return "ocr";
    case TextSource::mixed:
      return "mixed";
  }
  return "";
}

std::optional<TextSource> text_source_from(std::string_view name) {
  for (const auto source : {TextSource::none, TextSource::native, TextSource::ocr, TextSource::mixed})
    if (name_of(source) == name) return source;
  return std::nullopt;
}

std::shared_ptr<arrow::RecordBatch> to_record_batch(const PageRow& row) {
  const std::optional<std::string_view> error_kind =
      row.error_kind ? std::optional(name_of(*row.error_kind)) : std::nullopt;
  const std::optional<std::string_view> error_message =
      row.error_kind ? std::optional<std::string_view>(row.error_message) : std::nullopt;
  // In the order of page_content_columns().
  return arrow::RecordBatch::Make(
      page_content_schema(), 1,
      {count(row.page_index + 1), text(row.text), text(name_of(row.text_source)), number(std::nullopt),
       number(row.ocr_confidence), text(std::nullopt), count(count_code_points(row.text)), number(row.width_pt),
       number(row.height_pt), one<arrow::Int32Builder>(std::optional(row.rotation_deg)), list_of(row.warnings),
       text(error_kind), text(error_message)});
}

}  // namespace docmill
