// Images turned, mirrored and stretched as their headers say.
#pragma once

#include "extract/image/image.h"
#include "extract/image/pixel_image.h"
#include "extract/image/row_reducer.h"

namespace docmill::image {

/// The pixels as they are to be seen. For GrayImage and ColourImage.
template <typename Image>
Image turned(Image image, Orientation orientation);

/// Enlarged to `to`, which is smaller on no side, with straight lines between the middles of pixels. Likewise.
template <typename Image>
Image stretched(Image image, PixelSize to);

}  // namespace docmill::image
