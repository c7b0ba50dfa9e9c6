// The text that PDFium finds on a page.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "extract/pdf/glyphs.h"
#include "extract/pdf/pdf.h"
#include "extract/pdf/pdfium_api.h"
#include "extract/text/clean.h"

namespace docmill::pdf {

/// Characters of a page, as they are read.
struct PageGlyphs {
  std::vector<Glyph> glyphs;  // in reading order, with all spaces and line ends
  bool left_out = false;      // PDFium has glyphs that it leaves out of its text: numbers in a font without a map
  bool repaired = false;      // some had numbers or bytes for characters, and were read all the same
  std::vector<FontText> fonts = {};          // by Glyph::font
  std::vector<FPDF_FONT> font_handles = {};  // likewise; as long as the page is open
  bool outside = false;  // some stood outside of the page's box, where nobody sees them, and were left out
};

/// Nothing when PDFium cannot read the page.
std::optional<PageGlyphs> read_page_glyphs(FPDF_PAGE page, FPDF_TEXTPAGE text_page);

std::uint32_t count_readable(const PageGlyphs& glyphs);
std::uint32_t count_unreadable(const PageGlyphs& glyphs);

text::Cleaned text_of(std::span<const Glyph> glyphs);

/// The same, line by line, with boxes on the displayed page.
std::vector<TextLine> lines_of(FPDF_PAGE page, std::span<const Glyph> glyphs);
/// The same in pieces of one font.
std::vector<TextLine> pieces_of(FPDF_PAGE page, std::span<const Glyph> glyphs);

}  // namespace docmill::pdf
