// The order of lines that run from top to bottom. Pure.
#pragma once

#include <vector>

#include "extract/pdf/glyphs.h"

namespace docmill::pdf {

/// Lines of vertical writing that stand beside each other, from right to left. PDFium gives them from left to right,
/// because all of them begin at one height.
std::vector<Glyph> in_column_order(std::vector<Glyph> glyphs);

}  // namespace docmill::pdf
