// Maps from glyphs to characters that give bytes of another encoding.
#pragma once

#include <cstddef>
#include <vector>

#include "extract/pdf/glyphs.h"

namespace docmill::pdf {

/// Mends the characters of a font, where all beyond ASCII, eight at least, are two bytes of UTF-8 for one character
/// (U+D09C for U+041C), or UTF-16 with its bytes exchanged (U+5400 for "T"), and what they stand for spells words
/// (text/letters.h): eight, or three with hardly a flaw. True if there was one. Glyphs have their Glyph::font.
bool mend_bytes(std::vector<Glyph>& glyphs, std::size_t font_count);

}  // namespace docmill::pdf
