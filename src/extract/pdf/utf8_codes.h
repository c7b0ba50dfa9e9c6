// Fonts whose codes are UTF-8, which PDFium reads in pairs of bytes.
#pragma once

#include <vector>

#include "extract/pdf/glyphs.h"

namespace docmill::pdf {

/// Decodes the text of fonts, if there are any, whose character map is one of UTF-8 (UniJIS-UTF8-H, UniGB-UTF8-V).
/// PDFium does not have these maps, takes two bytes for a character, and marks them as unmapped. A font is taken for
/// one where all that the page shows in it is UTF-8 when it is put together again, and not ASCII alone.
bool decode_utf8(std::vector<Glyph>& glyphs);

}  // namespace docmill::pdf
