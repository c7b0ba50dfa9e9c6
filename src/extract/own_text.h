// A page's own text, and how much of it says what a person sees.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "extract/pdf/pdf.h"

namespace docmill::extract {

class OwnText {
 public:
  OwnText(pdf::Page& page, pdf::PageText text, pdf::Content content);

  const pdf::PageText& text() const { return text_; }
  const pdf::Content& content() const { return content_; }

  /// Line by line; made when first asked for.
  const std::vector<pdf::TextLine>& lines();

  /// Glyphs of these fonts (of PageText::fonts) count as unreadable from now on.
  void distrust(std::span<const std::uint16_t> fonts);

  /// Readable characters of fonts that were distrusted.
  std::uint32_t distrusted() const { return distrusted_; }

  /// Where they stand.
  std::vector<Rect> distrusted_boxes();

  /// Readable characters that are drawn, white space not counted.
  std::uint32_t visible();

  /// Where text stands that is known: readable characters, annotations and fields.
  std::vector<Rect> known_boxes();

  /// The share of the page that invisible text covers.
  double layer_share(double page_area);

 private:
  pdf::Page& page_;
  pdf::PageText text_;
  pdf::Content content_;
  std::optional<std::vector<pdf::TextLine>> lines_;
  std::uint32_t distrusted_ = 0;
};

/// The box with room around it for ink that reaches farther than the font says.
Rect with_margin(const Rect& box);

}  // namespace docmill::extract
