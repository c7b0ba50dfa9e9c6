// Pixels for the recogniser, and for people.
#pragma once

#include <cstdint>
#include <vector>

namespace docmill {

/// 8 bits a sample, row-major, no padding between rows; 0 is black. Owns its pixels.
template <std::uint32_t samples_per_pixel>
struct PixelImage {
  static constexpr std::uint32_t samples = samples_per_pixel;

  std::uint32_t width_px = 0, height_px = 0;
  double dpi = 0;  // resolution it was drawn at or declares; 0 where nothing says it
  std::vector<std::uint8_t> pixels;
};

using GrayImage = PixelImage<1>;
using ColourImage = PixelImage<3>;  // blue, green, red, as PDFium draws

}  // namespace docmill
