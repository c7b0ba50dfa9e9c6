// Pixels of an embedded image to PNG, which loses nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.h"

namespace docmill::image {

/// 8 bits a sample, row-major, no padding between rows.
struct Pixels {
  std::uint32_t width_px = 0, height_px = 0;
  std::uint32_t samples = 1;  // 1: gray; 3: blue, green, red; 4: the same and how opaque, not multiplied in
  std::vector<std::uint8_t> bytes;
};

/// A picture of black and white alone has one bit a pixel, one of grays that came in colours one sample, and one that
/// is opaque everywhere loses its fourth. Equal pixels give equal bytes with the same zlib. In memory is a row, and
/// what comes out.
///
/// Errors: limit_pixels (no pixels, or more than 2^31 - 1 on a side), limit_output (more than `size_bytes_max`),
/// out_of_memory (zlib got none).
Result<std::vector<std::byte>> encode_embedded_png(const Pixels& pixels, std::uint64_t size_bytes_max);

}  // namespace docmill::image
