#include "document/page.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "base/single_value.h"

namespace docmill {
namespace {

// Building a row fails only when memory runs out, which the caller cannot mend.
void check(const arrow::Status& status) {
  if (!status.ok()) throw std::bad_alloc();
}

std::shared_ptr<arrow::Array> finished(arrow::ArrayBuilder& builder) {
  std::shared_ptr<arrow::Array> array;
  check(builder.Finish(&array));
  return array;
}

/// To a hundredth of a point: finer than any ink, and half the size when compressed.
double rounded(double points) { return std::round(points * 100) / 100; }

std::uint32_t count_code_points(std::string_view utf8) {
  return static_cast<std::uint32_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::shared_ptr<arrow::Array> build_list_of(const std::vector<std::string>& codes) {
  const auto items = std::make_shared<arrow::StringBuilder>();
  arrow::ListBuilder builder(arrow::default_memory_pool(), items,
                             table_of(TableId::pages).child_schema->GetFieldByName("warnings")->type());
  check(builder.Append());
  for (const std::string& code : codes) check(items->Append(code));
  return finished(builder);
}

std::shared_ptr<arrow::Array> list_of(const std::vector<std::string>& codes) {
  static const auto empty = build_list_of({});
  return codes.empty() ? empty : build_list_of(codes);
}

std::shared_ptr<arrow::RecordBatch> page_row(const PageRow& row) {
  using Text = std::optional<std::string_view>;
  using Number = std::optional<double>;
  const Text language = row.language ? Text(*row.language) : std::nullopt;
  const Text error_kind = row.error_kind ? Text(name_of(*row.error_kind)) : std::nullopt;
  const Text error_message = row.error_kind ? Text(row.error_message) : std::nullopt;
  // In the order of the registry.
  return arrow::RecordBatch::Make(
      table_of(TableId::pages).child_schema, 1,
      {single_value(row.page_index + 1), single_value(Text(row.text)), single_value(Text(name_of(row.text_source))),
       single_value(Number(row.text_trust)), single_value(Number(row.ocr_confidence)), single_value(language),
       single_value(count_code_points(row.text)), single_value(Number(row.width_pt)),
       single_value(Number(row.height_pt)), single_value(row.rotation_deg), list_of(row.warnings),
       single_value(error_kind), single_value(error_message)});
}

/// One side of the boxes of words or links.
template <typename Boxed>
std::shared_ptr<arrow::Array> doubles(const std::vector<Boxed>& boxed, double Rect::* side) {
  arrow::DoubleBuilder builder;
  check(builder.Reserve(static_cast<std::int64_t>(boxed.size())));
  for (const Boxed& one : boxed) builder.UnsafeAppend(rounded(one.box.*side));
  return finished(builder);
}

std::shared_ptr<arrow::RecordBatch> word_rows(const PageRow& page) {
  arrow::UInt32Builder page_numbers;
  arrow::StringBuilder words, sources;
  arrow::DoubleBuilder confidences;
  for (const PageWord& word : page.words) {
    check(page_numbers.Append(page.page_index + 1));
    check(words.Append(word.text));
    check(sources.Append(name_of(word.confidence ? TextSource::ocr : TextSource::native)));
    check(word.confidence ? confidences.Append(*word.confidence) : confidences.AppendNull());
  }
  return arrow::RecordBatch::Make(table_of(TableId::words).child_schema, static_cast<std::int64_t>(page.words.size()),
                                  {finished(page_numbers), finished(words), doubles(page.words, &Rect::left),
                                   doubles(page.words, &Rect::top), doubles(page.words, &Rect::right),
                                   doubles(page.words, &Rect::bottom), finished(sources), finished(confidences)});
}

std::shared_ptr<arrow::RecordBatch> link_rows(const PageRow& page) {
  arrow::UInt32Builder page_numbers, target_pages;
  arrow::StringBuilder kinds, targets, texts;
  for (const PageLink& link : page.links) {
    check(page_numbers.Append(page.page_index + 1));
    check(kinds.Append(name_of(link.kind)));
    check(link.target ? targets.Append(*link.target) : targets.AppendNull());
    check(link.target_page ? target_pages.Append(*link.target_page) : target_pages.AppendNull());
    check(texts.Append(link.text));
  }
  return arrow::RecordBatch::Make(
      table_of(TableId::links).child_schema, static_cast<std::int64_t>(page.links.size()),
      {finished(page_numbers), finished(kinds), finished(targets), finished(target_pages),
       doubles(page.links, &Rect::left), doubles(page.links, &Rect::top), doubles(page.links, &Rect::right),
       doubles(page.links, &Rect::bottom), finished(texts)});
}

std::shared_ptr<arrow::Array> polygons(const std::vector<PageCode>& codes) {
  const auto items = std::make_shared<arrow::DoubleBuilder>();
  arrow::ListBuilder builder(arrow::default_memory_pool(), items,
                             table_of(TableId::codes).child_schema->GetFieldByName("polygon")->type());
  for (const PageCode& code : codes) {
    check(builder.Append());
    for (const PagePoint& corner : code.corners) {
      check(items->Append(rounded(corner.x)));
      check(items->Append(rounded(corner.y)));
    }
  }
  return finished(builder);
}

std::shared_ptr<arrow::Array> box_sides(const std::vector<PageCode>& codes, double Rect::* side) {
  arrow::DoubleBuilder builder;
  for (const PageCode& code : codes) check(builder.Append(rounded(code.box().*side)));
  return finished(builder);
}

template <typename Builder, typename Value>
std::shared_ptr<arrow::Array> column_of(const std::vector<PageCode>& codes, const Value& value_of) {
  Builder builder;
  for (const PageCode& code : codes) check(builder.Append(value_of(code)));
  return finished(builder);
}

std::shared_ptr<arrow::Array> texts(const std::vector<PageCode>& codes, std::string CodeContent::* field) {
  return column_of<arrow::StringBuilder>(codes, [&](const PageCode& code) { return code.content.*field; });
}

std::shared_ptr<arrow::Array> texts(const std::vector<PageCode>& codes,
                                    std::optional<std::string> CodeContent::* field) {
  arrow::StringBuilder builder;
  for (const PageCode& code : codes) {
    const auto& text = code.content.*field;
    check(text ? builder.Append(*text) : builder.AppendNull());
  }
  return finished(builder);
}

std::shared_ptr<arrow::RecordBatch> code_rows(const PageRow& page) {
  const auto& codes = page.codes;
  // In the order of the registry.
  return arrow::RecordBatch::Make(
      table_of(TableId::codes).child_schema, static_cast<std::int64_t>(codes.size()),
      {column_of<arrow::UInt32Builder>(codes, [&](const PageCode&) { return page.page_index + 1; }),
       texts(codes, &CodeContent::format), texts(codes, &CodeContent::text),
       column_of<arrow::BinaryBuilder>(codes, [](const PageCode& code) { return code.content.bytes; }), polygons(codes),
       box_sides(codes, &Rect::left), box_sides(codes, &Rect::top), box_sides(codes, &Rect::right),
       box_sides(codes, &Rect::bottom),
       column_of<arrow::Int32Builder>(codes, [](const PageCode& code) { return code.orientation_deg(); }),
       texts(codes, &CodeContent::symbology_identifier), texts(codes, &CodeContent::eci),
       texts(codes, &CodeContent::error_correction),
       column_of<arrow::StringBuilder>(codes, [](const PageCode& code) { return name_of(code.source); })});
}

}  // namespace

std::string_view name_of(LinkKind kind) {
  switch (kind) {
    case LinkKind::uri:
      return "uri";
    case LinkKind::goto_page:
      return "goto";
    case LinkKind::remote:
      return "remote";
    case LinkKind::launch:
      return "launch";
    case LinkKind::other:
      return "other";
    case LinkKind::text:
      return "text";
  }
  return "";
}

Rect PageCode::box() const {
  const auto [left, right] = std::ranges::minmax(corners, {}, &PagePoint::x);
  const auto [top, bottom] = std::ranges::minmax(corners, {}, &PagePoint::y);
  return {.left = left.x, .top = top.y, .right = right.x, .bottom = bottom.y};
}

std::int32_t PageCode::orientation_deg() const {
  const double x = corners[1].x + corners[2].x - corners[0].x - corners[3].x;
  const double y = corners[1].y + corners[2].y - corners[0].y - corners[3].y;
  if (x == 0 && y == 0) return 0;
  const auto degrees = static_cast<std::int32_t>(std::lround(std::atan2(y, x) * 180 / std::numbers::pi));
  return degrees == -180 ? 180 : degrees;
}

std::string_view name_of(CodeSource source) {
  switch (source) {
    case CodeSource::image:
      return "image";
    case CodeSource::page:
      return "page";
  }
  return "";
}

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

std::string_view extension_of(FileKind kind) {
  switch (kind) {
    case FileKind::webp:
      return "webp";
    case FileKind::png:
      return "png";
    case FileKind::jpeg:
      return "jpg";
    case FileKind::json:
      return "json";
  }
  return "";
}

std::string_view content_type_of(FileKind kind) {
  switch (kind) {
    case FileKind::webp:
      return "image/webp";
    case FileKind::png:
      return "image/png";
    case FileKind::jpeg:
      return "image/jpeg";
    case FileKind::json:
      return "application/json";
  }
  return "";
}

std::shared_ptr<arrow::RecordBatch> rows_of(const PageRow& page, TableId table) {
  switch (table) {
    case TableId::pages:
      return page_row(page);
    case TableId::words:
      return word_rows(page);
    case TableId::links:
      return link_rows(page);
    case TableId::codes:
      return code_rows(page);
  }
  return nullptr;
}

ExtractedPage extracted(const PageRow& page, Outputs outputs) {
  ExtractedPage result{.page_index = page.page_index, .summary = {.text_source = page.text_source}};
  if (page.error_kind) result.summary.error = Error{*page.error_kind, "", page.error_message};
  for (std::size_t i = 0; i < warning::counted.size(); ++i)
    result.summary.warned[i] = std::ranges::find(page.warnings, warning::counted[i]) != page.warnings.end();
  for (const TableId table : table_ids)
    if (table == TableId::pages || outputs.has_table(table)) result.rows[index_of(table)] = rows_of(page, table);
  return result;
}

}  // namespace docmill
