// Pages drawn by hand: the tests know what is on them.
#pragma once

#include <leptonica/allheaders.h>

#include <algorithm>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "extract/image/pixel_image.h"
#include "unit/extract/ocr/pix.h"

namespace docmill::ocr {

inline GrayImage paper(std::uint32_t width, std::uint32_t height, std::uint8_t level = 255) {
  return {.width_px = width,
          .height_px = height,
          .dpi = 0,
          .pixels = std::vector<std::uint8_t>(std::size_t{width} * height, level)};
}

inline std::uint8_t& pixel(GrayImage& image, std::uint32_t x, std::uint32_t y) {
  return image.pixels[(std::size_t{y} * image.width_px) + x];
}

inline void fill(GrayImage& image, std::uint32_t left, std::uint32_t top, std::uint32_t right, std::uint32_t bottom,
                 std::uint8_t level = 0) {
  for (std::uint32_t y = top; y < bottom; ++y)
    for (std::uint32_t x = left; x < right; ++x) pixel(image, x, y) = level;
}

/// Adds normally distributed grain, the same on every run.
inline void add_grain(GrayImage& image, double deviation) {
  std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed,cert-msc32-c,cert-msc51-cpp): the same every time
  std::normal_distribution<double> grain(0, deviation);
  for (std::uint8_t& p : image.pixels) p = static_cast<std::uint8_t>(std::clamp(p + grain(random), 0.0, 255.0));
}

inline image::PixPtr to_pix(const GrayImage& image) {
  image::PixPtr pix(pixCreate(static_cast<l_int32>(image.width_px), static_cast<l_int32>(image.height_px), 8));
  for (std::uint32_t y = 0; y < image.height_px; ++y)
    for (std::uint32_t x = 0; x < image.width_px; ++x)
      pixSetPixel(pix.get(), static_cast<l_int32>(x), static_cast<l_int32>(y),
                  image.pixels[(std::size_t{y} * image.width_px) + x]);
  return pix;
}

inline GrayImage to_image(Pix* pix) {
  GrayImage image = paper(static_cast<std::uint32_t>(pixGetWidth(pix)), static_cast<std::uint32_t>(pixGetHeight(pix)));
  for (std::uint32_t y = 0; y < image.height_px; ++y)
    for (std::uint32_t x = 0; x < image.width_px; ++x) {
      l_uint32 level = 0;
      pixGetPixel(pix, static_cast<l_int32>(x), static_cast<l_int32>(y), &level);
      pixel(image, x, y) = static_cast<std::uint8_t>(level);
    }
  return image;
}

/// By Leptonica, which docmill's own turning does not use.
inline GrayImage turned_by_quarters(const GrayImage& image, int clockwise) {
  return to_image(image::PixPtr(pixRotateOrth(to_pix(image).get(), clockwise)).get());
}

inline GrayImage turned_by(const GrayImage& image, double clockwise_deg) {
  const auto radians = static_cast<l_float32>(clockwise_deg * 3.14159265358979 / 180);
  const auto width = static_cast<l_int32>(image.width_px), height = static_cast<l_int32>(image.height_px);
  return to_image(
      image::PixPtr(pixRotate(to_pix(image).get(), radians, L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, width, height)).get());
}

/// Text in Leptonica's built-in font, black on white: lines at 20 points and 300 dpi, 150 pixels from the left.
inline GrayImage written(const std::string& lines, std::uint32_t width = 1600, std::uint32_t height = 1000) {
  const image::PixPtr blank(pixCreate(static_cast<l_int32>(width / 2), static_cast<l_int32>(height / 2), 8));
  pixSetBlackOrWhite(blank.get(), L_SET_WHITE);
  L_Bmf* font = bmfCreate(nullptr, 20);
  l_int32 overflow = 0;
  pixSetTextblock(blank.get(), font, lines.c_str(), 0, 75, 60, static_cast<l_int32>(width / 2) - 100, 1, &overflow);
  bmfDestroy(&font);
  return to_image(image::PixPtr(pixScale(blank.get(), 2, 2)).get());
}

}  // namespace docmill::ocr
