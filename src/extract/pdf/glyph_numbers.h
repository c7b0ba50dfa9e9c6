// Fonts without a map to characters whose codes say all the same what they are.
#pragma once

#include <cstdint>
#include <vector>

#include "extract/pdf/glyphs.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// Reads the codes of such fonts, where that is certain; true if some are not what they look like. Glyphs have their
/// Glyph::font.
///
/// A code that draws nothing is a blank. Beyond that one of these readings of a font's codes is certain, where its
/// words are spelled as those of some language (text/letters.h) and the codes as they stand are not:
///   - the codes are characters already (old Type 3 fonts): eight words, three without a flaw, or one beside a space
///   that
///     draws nothing;
///   - they are glyph numbers in the order of TrueType fonts (Apple, "TrueType Reference Manual", table 'post'): the
///     glyph with number 3 is there and draws nothing, since it is the space, and characters of ASCII are 29 more;
///     eight words, or three with hardly a flaw. Behind ASCII they follow Windows' fonts, Liberation or DejaVu,
///     whichever spells words with letters that are usual. Where no word has such a letter, or two orders are as
///     likely, what stands there is not known: U+FFFD.
/// A font with too few words follows one of the page that is certain, if it can.
bool read_glyph_numbers(FPDF_TEXTPAGE text_page, std::vector<Glyph>& glyphs, std::size_t font_count);

}  // namespace docmill::pdf
