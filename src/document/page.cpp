#include "document/page.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <stdexcept>

#include "base/single_value.h"
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

std::shared_ptr<arrow::Array> build_list_of(const std::vector<std::string>& codes) {
  const auto items = std::make_shared<arrow::StringBuilder>();
  arrow::ListBuilder builder(arrow::default_memory_pool(), items,
                             page_content_schema()->GetFieldByName("warnings")->type());
  check(builder.Append());
  for (const std::string& code : codes) check(items->Append(code));
  std::shared_ptr<arrow::Array> array;
  check(builder.Finish(&array));
  return array;
}

std::shared_ptr<arrow::Array> list_of(const std::vector<std::string>& codes) {
  static const auto empty = build_list_of({});
  return codes.empty() ? empty : build_list_of(codes);
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
  using Text = std::optional<std::string_view>;
  using Number = std::optional<double>;
  const Text language = row.language ? Text(*row.language) : std::nullopt;
  const Text error_kind = row.error_kind ? Text(name_of(*row.error_kind)) : std::nullopt;
  const Text error_message = row.error_kind ? Text(row.error_message) : std::nullopt;
  // In the order of page_content_columns().
  return arrow::RecordBatch::Make(
      page_content_schema(), 1,
      {single_value(row.page_index + 1), single_value(Text(row.text)), single_value(Text(name_of(row.text_source))),
       single_value(Number(row.text_trust)), single_value(Number(row.ocr_confidence)), single_value(language),
       single_value(count_code_points(row.text)), single_value(Number(row.width_pt)),
       single_value(Number(row.height_pt)), single_value(row.rotation_deg), list_of(row.warnings),
       single_value(error_kind), single_value(error_message)});
}

}  // namespace docmill
