// Images turned, mirrored and stretched as their headers say.
#pragma once

#include "extract/image/gray_image.h"
#include "extract/image/image.h"
#include "extract/image/row_reducer.h"

namespace docmill::image {

/// The pixels as they are to be seen.
GrayImage turned(GrayImage image, Orientation orientation);

/// Enlarged to `to`, which is smaller on no side, with straight lines between the middles of pixels.
GrayImage stretched(GrayImage image, PixelSize to);

}  // namespace docmill::image
