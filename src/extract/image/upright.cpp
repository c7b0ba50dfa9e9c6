#include "extract/image/upright.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace docmill::image {
namespace {

template <typename Image>
Image of_size(PixelSize size, double dpi) {
  return {.width_px = size.width,
          .height_px = size.height,
          .dpi = dpi,
          .pixels = std::vector<std::uint8_t>(std::size_t{size.width} * size.height * Image::samples)};
}

template <typename Image>
std::span<std::uint8_t> row_of(Image& image, std::size_t y) {
  const std::size_t row_bytes = std::size_t{image.width_px} * Image::samples;
  return std::span(image.pixels).subspan(y * row_bytes, row_bytes);
}

/// Pixels from the last to the first, each as it is.
template <std::uint32_t samples>
void reverse_pixels(std::span<std::uint8_t> pixels) {
  std::ranges::reverse(pixels);
  if constexpr (samples > 1)
    for (std::size_t at = 0; at < pixels.size(); at += samples) std::ranges::reverse(pixels.subspan(at, samples));
}

template <typename Image>
void mirror_rows(Image& image) {
  for (std::uint32_t y = 0; y < image.height_px; ++y) reverse_pixels<Image::samples>(row_of(image, y));
}

// Rows become columns. In squares, so that neither image is read across its whole breadth for every pixel.
template <typename Image>
Image transposed(const Image& image) {
  constexpr std::size_t side = 64, samples = Image::samples;
  Image result = of_size<Image>({.width = image.height_px, .height = image.width_px}, image.dpi);
  const std::size_t width = image.width_px, height = image.height_px;
  for (std::size_t top = 0; top < height; top += side)
    for (std::size_t left = 0; left < width; left += side)
      for (std::size_t y = top; y < std::min(top + side, height); ++y)
        for (std::size_t x = left; x < std::min(left + side, width); ++x)
          for (std::size_t s = 0; s < samples; ++s)
            result.pixels[(((x * height) + y) * samples) + s] = image.pixels[(((y * width) + x) * samples) + s];
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

template <typename Image>
Image taller(Image image, std::uint32_t height) {
  Image result = of_size<Image>({.width = image.width_px, .height = height}, image.dpi);
  const std::vector<Between> rows = positions(image.height_px, height);
  for (std::uint32_t y = 0; y < height; ++y) {
    const auto first = row_of(image, rows[y].first), second = row_of(image, rows[y].second), to = row_of(result, y);
    for (std::size_t at = 0; at < to.size(); ++at) to[at] = mix(first[at], second[at], rows[y].share);
  }
  return result;
}

template <typename Image>
Image wider(Image image, std::uint32_t width) {
  constexpr std::size_t samples = Image::samples;
  Image result = of_size<Image>({.width = width, .height = image.height_px}, image.dpi);
  const std::vector<Between> columns = positions(image.width_px, width);
  for (std::uint32_t y = 0; y < image.height_px; ++y) {
    const auto from = row_of(image, y), to = row_of(result, y);
    for (std::size_t x = 0; x < width; ++x)
      for (std::size_t s = 0; s < samples; ++s)
        to[(x * samples) + s] =
            mix(from[(columns[x].first * samples) + s], from[(columns[x].second * samples) + s], columns[x].share);
  }
  return result;
}

}  // namespace

// EXIF 2.3, table 6.
template <typename Image>
Image turned(Image image, Orientation orientation) {
  if (orientation.swaps_axes()) image = transposed(image);
  switch (orientation.value) {
    case 2:
    case 6:
      mirror_rows(image);
      break;
    case 3:
    case 7:
      reverse_pixels<Image::samples>(image.pixels);
      break;
    case 4:
    case 8:
      reverse_pixels<Image::samples>(image.pixels);
      mirror_rows(image);
      break;
    default:  // 1; 5 is the transposed image itself
      break;
  }
  return image;
}

template <typename Image>
Image stretched(Image image, PixelSize to) {
  if (to.height > image.height_px) image = taller(std::move(image), to.height);
  if (to.width > image.width_px) image = wider(std::move(image), to.width);
  return image;
}

template GrayImage turned(GrayImage image, Orientation orientation);
template ColourImage turned(ColourImage image, Orientation orientation);
template GrayImage stretched(GrayImage image, PixelSize to);
template ColourImage stretched(ColourImage image, PixelSize to);

}  // namespace docmill::image
