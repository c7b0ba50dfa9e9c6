// Pixels for the recogniser.
#pragma once

#include <cstdint>
#include <vector>

namespace docmill {

/// 8-bit gray, row-major, no padding between rows; 0 is black. Owns its pixels.
struct GrayImage {
  std::uint32_t width_px = 0, height_px = 0;
  double dpi = 0;  // resolution it was drawn at or declares; 0 where nothing says it
  std::vector<std::uint8_t> pixels;
};

}  // namespace docmill
