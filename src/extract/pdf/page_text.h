// The text that PDFium finds on a page.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "extract/pdf/glyphs.h"
#include "extract/pdf/page_map.h"
#include "extract/pdf/pdf.h"
#include "extract/pdf/pdfium_api.h"
#include "extract/pdf/word_styles.h"
#include "extract/pdf/words.h"
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
  std::optional<CharMarks> marks = {};  // where words are asked for
};

/// Nothing when PDFium cannot read the page. `styles` takes those of its text where words are asked for, else it is
/// null.
std::optional<PageGlyphs> read_page_glyphs(FPDF_PAGE page, FPDF_TEXTPAGE text_page, WordStyles* styles);

std::uint32_t count_readable(const PageGlyphs& glyphs);
std::uint32_t count_unreadable(const PageGlyphs& glyphs);

struct TextAndWords {
  text::Cleaned cleaned;
  std::vector<PageWord> words = {};  // of it, in its order, where they were asked for
};

/// `map` leads to the displayed page; `styles` are those that read_page_glyphs() filled.
TextAndWords text_of(const PageGlyphs& glyphs, const WordStyles& styles, const PageMap& map);

/// The same, line by line, with boxes on the displayed page. Lines and blocks of words are those of the page.
std::vector<TextLine> lines_of(const PageGlyphs& glyphs, const WordStyles& styles, const PageMap& map);
/// The same in pieces of one font, without words.
std::vector<TextLine> pieces_of(const PageGlyphs& glyphs, const PageMap& map);

}  // namespace docmill::pdf
