// Which characters of a page say what is drawn, and which only stand for glyphs.
#pragma once

#include <cstdint>

#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

enum class Legibility : std::uint8_t { white, readable, unreadable };

/// What fonts without a Unicode map give instead of characters: glyph numbers, which look like control characters,
/// private use, U+FFFD; and what PDFium itself marks as the number of a glyph, unless `unicode` was put in its place.
Legibility legibility_of(FPDF_TEXTPAGE text_page, int index, char32_t unicode);

/// Whether the character is in text rendering mode 3: there to be found, not to be seen.
bool is_invisible(FPDF_TEXTPAGE text_page, int index);

}  // namespace docmill::pdf
