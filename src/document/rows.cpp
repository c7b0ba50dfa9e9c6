// Pages as rows of tables.
#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/array_building.h"
#include "base/single_value.h"
#include "document/page.h"

namespace docmill {
namespace {

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
  check_built(builder.Append());
  for (const std::string& code : codes) check_built(items->Append(code));
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
  check_built(builder.Reserve(static_cast<std::int64_t>(boxed.size())));
  for (const Boxed& one : boxed) builder.UnsafeAppend(rounded(one.box.*side));
  return finished(builder);
}

template <typename Builder, typename Value>
void append_or_null(Builder& builder, const std::optional<Value>& value) {
  check_built(value ? builder.Append(*value) : builder.AppendNull());
}

/// Before the first row comes.
template <typename... Builders>
void make_room(std::size_t rows, Builders&... builders) {
  (check_built(builders.Reserve(static_cast<std::int64_t>(rows))), ...);
}

/// Columns of styles: null of words whose document says nothing.
class StyleColumns {
 public:
  StyleColumns(const std::vector<WordStyle>& styles, std::size_t rows) : styles_(styles) {
    make_room(rows, sizes_, bold_, italic_, invisible_, rotations_, fonts_, colours_);
    for (const WordStyle& style : styles) names_of_colours_.push_back(fmt::format("#{:06x}", style.colour));
  }

  void add(const std::optional<std::uint32_t>& index) {
    if (!index) return add_nulls();
    const WordStyle& style = styles_.at(*index);
    check_built(style.font_name.empty() ? fonts_.AppendNull() : fonts_.Append(style.font_name));
    check_built(colours_.Append(names_of_colours_[*index]));
    sizes_.UnsafeAppend(rounded(style.font_size_pt));
    bold_.UnsafeAppend(style.is_bold);
    italic_.UnsafeAppend(style.is_italic);
    rotations_.UnsafeAppend(style.rotation_deg);
    invisible_.UnsafeAppend(style.is_invisible);
  }

  /// In the order of the registry.
  std::vector<std::shared_ptr<arrow::Array>> arrays() {
    return {finished(fonts_),   finished(sizes_),     finished(bold_),     finished(italic_),
            finished(colours_), finished(rotations_), finished(invisible_)};
  }

 private:
  void add_nulls() {
    fonts_.UnsafeAppendNull();
    colours_.UnsafeAppendNull();
    sizes_.UnsafeAppendNull();
    bold_.UnsafeAppendNull();
    italic_.UnsafeAppendNull();
    rotations_.UnsafeAppendNull();
    invisible_.UnsafeAppendNull();
  }

  arrow::DoubleBuilder sizes_;
  arrow::BooleanBuilder bold_, italic_, invisible_;
  arrow::Int32Builder rotations_;
  arrow::StringBuilder fonts_, colours_;
  const std::vector<WordStyle>& styles_;
  std::vector<std::string> names_of_colours_;  // by style
};

std::shared_ptr<arrow::RecordBatch> word_rows(const PageRow& page) {
  const std::size_t rows = page.words.size();
  arrow::UInt32Builder page_numbers, lines, blocks;
  arrow::DoubleBuilder confidences;
  arrow::StringBuilder words, sources;
  make_room(rows, page_numbers, lines, blocks, confidences, words, sources);
  StyleColumns styles(page.styles, rows);
  for (const PageWord& word : page.words) {
    page_numbers.UnsafeAppend(page.page_index + 1);
    lines.UnsafeAppend(word.line_index);
    blocks.UnsafeAppend(word.block_index);
    if (word.confidence)
      confidences.UnsafeAppend(*word.confidence);
    else
      confidences.UnsafeAppendNull();
    check_built(words.Append(word.text));
    check_built(sources.Append(name_of(word.source)));
    styles.add(word.style);
  }
  // In the order of the registry.
  arrow::ArrayVector columns{finished(page_numbers),
                             finished(words),
                             doubles(page.words, &Rect::left),
                             doubles(page.words, &Rect::top),
                             doubles(page.words, &Rect::right),
                             doubles(page.words, &Rect::bottom),
                             finished(sources),
                             finished(confidences)};
  for (auto& column : styles.arrays()) columns.push_back(std::move(column));
  columns.push_back(finished(lines));
  columns.push_back(finished(blocks));
  return arrow::RecordBatch::Make(table_of(TableId::words).child_schema, static_cast<std::int64_t>(rows),
                                  std::move(columns));
}

std::shared_ptr<arrow::RecordBatch> link_rows(const PageRow& page) {
  arrow::UInt32Builder page_numbers, target_pages;
  arrow::StringBuilder kinds, targets, texts;
  for (const PageLink& link : page.links) {
    check_built(page_numbers.Append(page.page_index + 1));
    check_built(kinds.Append(name_of(link.kind)));
    check_built(link.target ? targets.Append(*link.target) : targets.AppendNull());
    check_built(link.target_page ? target_pages.Append(*link.target_page) : target_pages.AppendNull());
    check_built(texts.Append(link.text));
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
    check_built(builder.Append());
    for (const PagePoint& corner : code.corners) {
      check_built(items->Append(rounded(corner.x)));
      check_built(items->Append(rounded(corner.y)));
    }
  }
  return finished(builder);
}

std::shared_ptr<arrow::Array> box_sides(const std::vector<PageCode>& codes, double Rect::* side) {
  arrow::DoubleBuilder builder;
  for (const PageCode& code : codes) check_built(builder.Append(rounded(code.box().*side)));
  return finished(builder);
}

template <typename Builder, typename Value>
std::shared_ptr<arrow::Array> column_of(const std::vector<PageCode>& codes, const Value& value_of) {
  Builder builder;
  for (const PageCode& code : codes) check_built(builder.Append(value_of(code)));
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
    check_built(text ? builder.Append(*text) : builder.AppendNull());
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

std::shared_ptr<arrow::RecordBatch> image_rows(const PageRow& page) {
  arrow::UInt32Builder page_numbers, widths, heights;
  arrow::DoubleBuilder x_dpis, y_dpis;
  arrow::StringBuilder names, hashes, errors;
  for (const PageImage& image : page.images) {
    check_built(page_numbers.Append(page.page_index + 1));
    check_built(widths.Append(image.width_px));
    check_built(heights.Append(image.height_px));
    check_built(x_dpis.Append(rounded(image.x_dpi)));
    check_built(y_dpis.Append(rounded(image.y_dpi)));
    check_built(image.file_name.empty() ? names.AppendNull() : names.Append(image.file_name));
    append_or_null(hashes, image.sha256);
    append_or_null(errors, image.error_message);
  }
  // In the order of the registry.
  return arrow::RecordBatch::Make(
      table_of(TableId::images).child_schema, static_cast<std::int64_t>(page.images.size()),
      {finished(page_numbers), doubles(page.images, &Rect::left), doubles(page.images, &Rect::top),
       doubles(page.images, &Rect::right), doubles(page.images, &Rect::bottom), finished(widths), finished(heights),
       finished(x_dpis), finished(y_dpis), finished(names), finished(hashes), finished(errors)});
}

std::shared_ptr<arrow::Array> crop_sides(std::span<const PageCrop> crops, double Rect::* side) {
  arrow::DoubleBuilder builder;
  for (const PageCrop& crop : crops)
    check_built(crop.box ? builder.Append(rounded((*crop.box).*side)) : builder.AppendNull());
  return finished(builder);
}

}  // namespace

std::shared_ptr<arrow::RecordBatch> crop_rows(std::optional<std::uint32_t> page_number,
                                              std::span<const PageCrop> crops) {
  arrow::UInt32Builder page_numbers, widths, heights;
  arrow::Int32Builder pages;
  arrow::DoubleBuilder dpis;
  arrow::StringBuilder names, files, kinds, messages;
  arrow::BooleanBuilder clipped;
  for (const PageCrop& crop : crops) {
    append_or_null(page_numbers, page_number);
    check_built(names.Append(crop.name));
    check_built(pages.Append(crop.page));
    check_built(widths.Append(crop.width_px));
    check_built(heights.Append(crop.height_px));
    check_built(dpis.Append(rounded(crop.dpi)));
    check_built(clipped.Append(crop.is_clipped));
    check_built(crop.file_name.empty() ? files.AppendNull() : files.Append(crop.file_name));
    check_built(crop.error_kind ? kinds.Append(name_of(*crop.error_kind)) : kinds.AppendNull());
    check_built(crop.error_kind ? messages.Append(crop.error_message) : messages.AppendNull());
  }
  // In the order of the registry.
  return arrow::RecordBatch::Make(
      table_of(TableId::crops).child_schema, static_cast<std::int64_t>(crops.size()),
      {finished(page_numbers), finished(names), finished(pages), crop_sides(crops, &Rect::left),
       crop_sides(crops, &Rect::top), crop_sides(crops, &Rect::right), crop_sides(crops, &Rect::bottom),
       finished(widths), finished(heights), finished(dpis), finished(clipped), finished(files), finished(kinds),
       finished(messages)});
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
    case TableId::images:
      return image_rows(page);
    case TableId::crops:
      return crop_rows(page.page_index + 1, page.crops);
  }
  return nullptr;
}

}  // namespace docmill
