// Paths that could be letters: text as outlines or strokes, of which no reader gives a character.
#pragma once

#include <vector>

#include "extract/pdf/page_map.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// Where there are more, a drawing is dense, and more of them change nothing.
inline constexpr std::size_t shapes_max = 20'000;

/// Adds the boxes of the path's pieces that are between 2 and 108 points large (letters of 3 to 150 points), but
/// rectangles, which are rules and bars. Boxes in the coordinates that `to_page` leads to. A few nanoseconds a piece.
void add_shapes(FPDF_PAGEOBJECT path, const FS_MATRIX& to_page, std::vector<ContentBox>& shapes);

/// Whether the path is painted with what may be a picture: a coloured tiling pattern, or any colour through a soft mask
/// or a blend mode. PDFium says neither; it gives 75 % gray for the colour of such a pattern.
bool may_paint_a_picture(FPDF_PAGEOBJECT path);

}  // namespace docmill::pdf
