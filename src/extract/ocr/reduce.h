// Smaller images.
#pragma once

#include <cstdint>

#include "extract/image/pixel_image.h"

namespace docmill::ocr {

/// The image reduced by a whole factor: every pixel is the mean of factor x factor. What does not fill a pixel at the
/// right and at the bottom is left out.
GrayImage reduced(const GrayImage& image, std::uint32_t factor);

}  // namespace docmill::ocr
