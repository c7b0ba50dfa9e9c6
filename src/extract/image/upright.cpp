#include "extract/image/upright.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace docmill::image {
namespace {

GrayImage of_size(PixelSize size, double dpi) {
  return {.width_px = size.width,
          .height_px = size.height,
          .dpi = dpi,
          .pixels = std::vector<std::uint8_t>(std::size_t{size.width} * size.height)};
}

std::span<std::uint8_t> row_of(GrayImage& image, std::size_t y) {
  return std::span(image.pixels).subspan(y * image.width_px, image.width_px);
}

void mirror_rows(GrayImage& image) {
  for (std::uint32_t y = 0; y < image.height_px; ++y) std::ranges::reverse(row_of(image, y));
}

// Rows become columns. In squares, so that neither image is read across its whole breadth for every pixel.
GrayImage transposed(const GrayImage& image) {
  constexpr std::size_t side = 64;
  GrayImage result = of_size({.width = image.height_px, .height = image.width_px}, image.dpi);
  const std::size_t width = image.width_px, height = image.height_px;
  for (std::size_t top = 0; top < height; top += side)
    for (std::size_t left = 0; left < width; left += side)
      for (std::size_t y = top; y < std::min(top + side, height); ++y)
        for (std::size_t x = left; x < std::min(left + side, width); ++x)
          result.pixels[(x * height) + y] = image.pixels[(y * width) + x];
  return result;
}

/// Where the middle of an enlarged pixel lies among those that it is made of, in 1/256.
struct Between {
  std::uint32_t first = 0, second = 0;
  std::uint32_t share = 0;  // of the second
};

std::vector<Between> positions(std::uint32_t from, std::uint32_t to) {
  std::vector<Between> result(to);
  for (std::uint32_t i = 0; i < to; ++i) {
    // (i + 1/2) * from / to - 1/2
    const std::int64_t at = (((2 * std::int64_t{i} + 1) * from * 128) / to) - 128;
    const std::int64_t inside = std::clamp<std::int64_t>(at, 0, (std::int64_t{from} - 1) * 256);
    const auto first = static_cast<std::uint32_t>(inside / 256);
    result[i] = {
        .first = first, .second = std::min(first + 1, from - 1), .share = static_cast<std::uint32_t>(inside % 256)};
  }
  return result;
}

std::uint8_t mix(std::uint32_t first, std::uint32_t second, std::uint32_t share) {
  return static_cast<std::uint8_t>(((first * (256 - share)) + (second * share) + 128) / 256);
}

GrayImage taller(GrayImage image, std::uint32_t height) {
  GrayImage result = of_size({.width = image.width_px, .height = height}, image.dpi);
  const std::vector<Between> rows = positions(image.height_px, height);
  for (std::uint32_t y = 0; y < height; ++y) {
    const auto first = row_of(image, rows[y].first), second = row_of(image, rows[y].second), to = row_of(result, y);
    for (std::uint32_t x = 0; x < image.width_px; ++x) to[x] = mix(first[x], second[x], rows[y].share);
  }
  return result;
}

GrayImage wider(GrayImage image, std::uint32_t width) {
  GrayImage result = of_size({.width = width, .height = image.height_px}, image.dpi);
  const std::vector<Between> columns = positions(image.width_px, width);
  for (std::uint32_t y = 0; y < image.height_px; ++y) {
    const auto from = row_of(image, y), to = row_of(result, y);
    for (std::uint32_t x = 0; x < width; ++x)
      to[x] = mix(from[columns[x].first], from[columns[x].second], columns[x].share);
  }
  return result;
}

}  // namespace

// EXIF 2.3, table 6.
GrayImage turned(GrayImage image, Orientation orientation) {
  if (orientation.swaps_axes()) image = transposed(image);
  switch (orientation.value) {
    case 2:
    case 6:
      mirror_rows(image);
      break;
    case 3:
    case 7:
      std::ranges::reverse(image.pixels);
      break;
    case 4:
    case 8:
      std::ranges::reverse(image.pixels);
      mirror_rows(image);
      break;
    default:  // 1; 5 is the transposed image itself
      break;
  }
  return image;
}

GrayImage stretched(GrayImage image, PixelSize to) {
  if (to.height > image.height_px) image = taller(std::move(image), to.height);
  if (to.width > image.width_px) image = wider(std::move(image), to.width);
  return image;
}

}  // namespace docmill::image
