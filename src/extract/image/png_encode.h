// Pixels to PNG.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.h"
#include "extract/image/pixel_image.h"

namespace docmill::image {

/// Encode without loss, 8 bits a sample.
///
/// Errors:
///   limit_pixels   No pixels.
///   limit_output   More than `size_bytes_max`.
///   out_of_memory  zlib got none.
Result<std::vector<std::byte>> encode_png(const ColourImage& image, std::uint64_t size_bytes_max);

}  // namespace docmill::image
