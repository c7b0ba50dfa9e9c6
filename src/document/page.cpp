#include "document/page.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace docmill {

std::string_view name_of(WordSource source) {
  switch (source) {
    case WordSource::native:
      return "native";
    case WordSource::ocr:
      return "ocr";
    case WordSource::annotation:
      return "annotation";
    case WordSource::form:
      return "form";
  }
  return "";
}

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
