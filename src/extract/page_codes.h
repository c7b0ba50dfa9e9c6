// Barcodes of pages.
#pragma once

#include <cstddef>

#include "extract/image/image.h"
#include "extract/pdf/pdf.h"
#include "extract/reading.h"

namespace docmill::extract {

/// Where codes are asked for and may be looked for: nothing is drawn in the safe profile. Only a process with a
/// recogniser finds them.
bool wants_codes(const Reading& reading);

/// If codes are asked for, those of the page: in each image at its own pixels, and on the page drawn at codes_dpi,
/// unless one sharp image is all there is to see. Warns where something could not be looked at.
///
/// REQUIRES: the process has a recogniser, unless wants_codes() is false.
void add_codes(const Reading& reading, PageRow& row, pdf::Page& page);
/// Of an image, which was decoded or could not be. The row has the page's size.
void add_codes(const Reading& reading, PageRow& row, const Result<image::Decoded>& decoded);
/// Where codes are asked for, and there is no page to look at.
void miss_codes(const Reading& reading, PageRow& row);

/// The narrowest bars and modules in use, a fifth of a millimetre, have more than two pixels.
inline constexpr double codes_dpi = 300;

/// Parts with bars in which no code is known, of one picture; together they have no more pixels than it.
inline constexpr std::size_t bar_looks_max = 12;

}  // namespace docmill::extract
