// Fonts whose codes are UTF-8, which PDFium reads in pairs of bytes.
#pragma once

#include <vector>

#include "extract/pdf/glyphs.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// With the text of fonts decoded whose character map is one of UTF-8 (UniJIS-UTF8-H, UniGB-UTF8-V). PDFium does not
/// have these maps, takes two bytes for a character, and marks them as unmapped. A font is taken for one where all that
/// the page shows in it is UTF-8 when it is put together again, and not ASCII alone.
std::vector<Glyph> with_utf8_decoded(FPDF_TEXTPAGE text_page, std::vector<Glyph> glyphs);

}  // namespace docmill::pdf
