// A page's image with what was found on it.
#pragma once

#include "base/error.h"
#include "document/outputs.h"
#include "document/page.h"
#include "extract/image/pixel_image.h"

namespace docmill::extract {

/// Draws the boxes of the row's words, links, images, crops and codes on its page's image, as far as `outputs` has
/// them, and below it a legend with how many there are. The colours can be told apart without seeing all of them
/// (Okabe and Ito). Colours and order are those of docs/outputs/.
///
/// Errors: those of rendering the legend.
Result<ColourImage> with_boxes(ColourImage page, const PageRow& row, Outputs outputs);

}  // namespace docmill::extract
