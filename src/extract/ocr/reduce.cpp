#include "extract/ocr/reduce.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace docmill::ocr {

GrayImage reduced(const GrayImage& image, std::uint32_t factor) {
  if (factor == 1) return image;
  GrayImage result{.width_px = image.width_px / factor,
                   .height_px = image.height_px / factor,
                   .dpi = image.dpi / factor,
                   .pixels = {}};
  result.pixels.reserve(std::size_t{result.width_px} * result.height_px);
  const std::size_t used_px = std::size_t{result.width_px} * factor;
  std::vector<std::uint32_t> sums(used_px);
  for (std::size_t y = 0; y < result.height_px; ++y) {
    std::ranges::fill(sums, 0);
    for (std::size_t line = 0; line < factor; ++line) {
      const std::uint8_t* row = image.pixels.data() + (((y * factor) + line) * image.width_px);
      for (std::size_t x = 0; x < used_px; ++x) sums[x] += row[x];
    }
    for (std::size_t x = 0; x < used_px; x += factor) {
      std::uint32_t sum = 0;
      for (std::size_t column = 0; column < factor; ++column) sum += sums[x + column];
      result.pixels.push_back(static_cast<std::uint8_t>(sum / (factor * factor)));
    }
  }
  return result;
}

}  // namespace docmill::ocr
