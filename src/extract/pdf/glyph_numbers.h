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
///   - the codes are characters already (old Type 3 fonts): three words without a flaw, or one beside a space that
///   draws
///     nothing;
///   - they are glyph numbers in the order of TrueType fonts (Apple, "TrueType Reference Manual", table 'post'): the
///     glyph with number 3 is there and draws nothing, since it is the space, and characters of ASCII are 29 more;
///     three words without a flaw, or eight. Behind ASCII come the letters of Windows' fonts (Cyrillic from 570 on), or
///     Latin-1 from its blank or from its second character, whichever spells words. What would stand there is not known
///     where no word has such a letter: U+FFFD.
/// A font with too few words follows one of the page that is certain, if it can.
bool read_glyph_numbers(FPDF_TEXTPAGE text_page, std::vector<Glyph>& glyphs, std::size_t font_count);

}  // namespace docmill::pdf
