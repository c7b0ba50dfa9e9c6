// Pixels to WebP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.h"
#include "extract/image/pixel_image.h"

namespace docmill::image {

/// The longest side that the format holds (RFC 9649, 2.5: 14 bits).
inline constexpr std::uint32_t webp_side_px_max = 16'383;

struct WebpSettings {
  std::uint32_t quality = 80;        // [0, 100]
  std::uint64_t size_bytes_max = 0;  // of what comes out
};

/// Encode with loss. Equal pixels and settings give equal bytes on all processors of an architecture. One thread; takes
/// about 1.5 bytes a pixel and what comes out, after it has freed `image`.
///
/// Errors:
///   limit_pixels   No pixels, or a side longer than webp_side_px_max.
///   limit_output   More than `size_bytes_max`.
///   out_of_memory  The encoder got none; the process goes on.
Result<std::vector<std::byte>> encode_webp(ColourImage image, const WebpSettings& settings);

}  // namespace docmill::image
