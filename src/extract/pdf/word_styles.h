// How the text of a page is written.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "document/page.h"
#include "extract/pdf/glyphs.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// Styles, each once.
class WordStyles {
 public:
  std::uint32_t index_of(const WordStyle& style);
  const std::vector<WordStyle>& all() const { return all_; }

 private:
  struct Before {
    bool operator()(const WordStyle& a, const WordStyle& b) const;
  };
  std::vector<WordStyle> all_;
  std::map<WordStyle, std::uint32_t, Before> indices_;
};

inline constexpr std::uint32_t no_style = UINT32_MAX;

/// By Glyph::index the number of its style in `styles`; no_style of what PDFium put there. What may change within a
/// word, and the font stays, is that of the word's first glyph. Glyphs have their Glyph::font.
std::vector<std::uint32_t> read_styles(FPDF_PAGE page, FPDF_TEXTPAGE text_page, std::span<const Glyph> glyphs,
                                       WordStyles& styles);

}  // namespace docmill::pdf
