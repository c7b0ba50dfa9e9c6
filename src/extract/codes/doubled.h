// A second look: small codes have more pixels in a larger picture.
#pragma once

#include "extract/image/pixel_image.h"

namespace docmill::codes {

/// The image at twice its width and height, between pixels the mean by distance. zxing-cpp reads bars of 1.1 to 1.6
/// pixels in it that it does not read before.
GrayImage doubled(const GrayImage& image);

}  // namespace docmill::codes
