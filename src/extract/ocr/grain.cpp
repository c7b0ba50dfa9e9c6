#include "extract/ocr/grain.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace docmill::ocr {
namespace {

constexpr std::size_t block_px = 64;
using Block = std::array<std::uint8_t, block_px>;

// Loops of a known length over bytes become a few vector instructions.
void order(Block& low, Block& high) {
  for (std::size_t i = 0; i < block_px; ++i) {
    const std::uint8_t a = low[i], b = high[i];
    low[i] = std::min(a, b);
    high[i] = std::max(a, b);
  }
}

/// N. Devillard's network of 19 exchanges, after which p[4] is the median.
void find_medians(std::array<Block, 9>& p) {
  constexpr std::array<std::pair<int, int>, 19> exchanges{{{1, 2},
                                                           {4, 5},
                                                           {7, 8},
                                                           {0, 1},
                                                           {3, 4},
                                                           {6, 7},
                                                           {1, 2},
                                                           {4, 5},
                                                           {7, 8},
                                                           {0, 3},
                                                           {5, 8},
                                                           {4, 7},
                                                           {3, 6},
                                                           {1, 4},
                                                           {2, 5},
                                                           {4, 7},
                                                           {4, 2},
                                                           {6, 4},
                                                           {4, 2}}};
  for (const auto& [low, high] : exchanges) order(p[low], p[high]);
}

}  // namespace

double measure_grain(const GrayImage& image) {
  std::array<std::uint64_t, 256> histogram{};
  std::uint64_t count = 0;
  constexpr std::uint32_t row_step = 5;
  for (std::uint32_t y = 0; y < image.height_px; y += row_step) {
    const std::uint8_t* row = image.pixels.data() + (std::size_t{y} * image.width_px);
    for (std::uint32_t x = 0; x + 2 < image.width_px; ++x, ++count) ++histogram[std::abs(row[x] - row[x + 2])];
  }
  // Most neighbours are both paper: the median of their differences is 0.95 standard deviations.
  std::uint64_t below = 0;
  std::size_t level = 0;
  while (level < 255 && below + histogram[level] <= count / 2) below += histogram[level++];
  return static_cast<double>(level);
}

GrayImage without_grain(const GrayImage& image) {
  GrayImage clean = image;
  if (image.width_px < 3 || image.height_px < 3) return clean;
  const std::size_t width = image.width_px;
  std::array<Block, 9> around;
  for (std::size_t y = 1; y + 1 < image.height_px; ++y)
    for (std::size_t x = 1; x + 1 < width; x += block_px) {
      const std::size_t length = std::min(block_px, width - 1 - x);
      for (std::size_t i = 0; i < 9; ++i)
        std::copy_n(image.pixels.data() + ((y + (i / 3) - 1) * width) + x + (i % 3) - 1, length, around[i].data());
      find_medians(around);
      std::copy_n(around[4].data(), length, clean.pixels.data() + (y * width) + x);
    }
  return clean;
}

}  // namespace docmill::ocr
