#include "extract/codes/doubled.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace docmill::codes {
namespace {

/// The middle of each new sample lies a quarter of a sample from the nearest old one.
void double_row(std::span<const std::uint16_t> row, std::span<std::uint16_t> doubled) {
  for (std::size_t x = 0; x < row.size(); ++x) {
    const unsigned before = row[x == 0 ? 0 : x - 1], here = row[x], after = row[std::min(x + 1, row.size() - 1)];
    doubled[2 * x] = static_cast<std::uint16_t>((3 * here) + before);
    doubled[(2 * x) + 1] = static_cast<std::uint16_t>((3 * here) + after);
  }
}

/// Three parts of the row to one of its neighbour.
void mix(std::span<const std::uint8_t> row, std::span<const std::uint8_t> neighbour, std::span<std::uint16_t> mixed) {
  for (std::size_t x = 0; x < row.size(); ++x) mixed[x] = static_cast<std::uint16_t>((3 * row[x]) + neighbour[x]);
}

}  // namespace

GrayImage doubled(const GrayImage& image) {
  const std::size_t width = image.width_px, height = image.height_px;
  GrayImage result{
      .width_px = 2 * image.width_px, .height_px = 2 * image.height_px, .dpi = 2 * image.dpi, .pixels = {}};
  result.pixels.resize(4 * width * height);
  const auto row = [&](std::size_t y) { return std::span(image.pixels).subspan(y * width, width); };
  std::vector<std::uint16_t> mixed(width), wide(2 * width);
  for (std::size_t y = 0; y < 2 * height; ++y) {
    const std::size_t own = y / 2;
    const std::size_t neighbour = y % 2 == 0 ? (own == 0 ? 0 : own - 1) : std::min(own + 1, height - 1);
    mix(row(own), row(neighbour), mixed);
    double_row(mixed, wide);
    constexpr unsigned parts = 16, half = 8;
    std::ranges::transform(wide, result.pixels.begin() + static_cast<std::ptrdiff_t>(y * 2 * width),
                           [](std::uint16_t sum) { return static_cast<std::uint8_t>((sum + half) / parts); });
  }
  return result;
}

}  // namespace docmill::codes
