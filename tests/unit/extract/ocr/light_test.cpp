// Grain and light.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "extract/ocr/grain.h"
#include "extract/ocr/lighting.h"
#include "extract/ocr/reduce.h"
#include "unit/extract/ocr/drawing.h"

namespace docmill::ocr {
namespace {

/// Lines of ink 4 pixels high, on a page of 640 x 640.
void rule(GrayImage& image, std::uint8_t level) {
  for (std::uint32_t y = 20; y < 620; y += 20) fill(image, 20, y, 620, y + 4, level);
}

TEST(Grain, IsMeasuredAsItsDeviation) {
  GrayImage image = paper(640, 640, 150);
  rule(image, 20);
  EXPECT_LE(measure_grain(image), 1);
  add_grain(image, 20);
  EXPECT_NEAR(measure_grain(image), 20, 3);
}

TEST(Grain, SinglePixelsGoAndStrokesStay) {
  GrayImage image = paper(300, 200);
  fill(image, 50, 50, 150, 53);
  const GrayImage clean = image;
  for (std::uint32_t x = 7; x < 290; x += 11) pixel(image, x, 100) = 0;
  for (std::uint32_t x = 55; x < 145; x += 9) pixel(image, x, 51) = 255;
  const GrayImage filtered = without_grain(image);
  // The corners of the stroke are rounded; nothing else differs.
  std::size_t different = 0;
  for (std::size_t i = 0; i < clean.pixels.size(); ++i) different += clean.pixels[i] == filtered.pixels[i] ? 0 : 1;
  EXPECT_LE(different, 4);
}

TEST(Grain, ImagesTooSmallForANeighbourhoodStay) {
  for (const auto& [width, height] : {std::pair{1, 9}, {9, 1}, {2, 2}, {3, 3}}) {
    const GrayImage image = paper(width, height, 77);
    EXPECT_EQ(without_grain(image).pixels, image.pixels);
    EXPECT_GE(measure_grain(image), 0);
  }
}

TEST(Reduced, PixelsAreMeans) {
  GrayImage image = paper(5, 4, 100);
  fill(image, 0, 0, 2, 1, 0);
  const GrayImage half = reduced(image, 2);
  EXPECT_EQ(half.width_px, 2);
  EXPECT_EQ(half.height_px, 2);
  EXPECT_EQ(half.pixels, (std::vector<std::uint8_t>{50, 100, 100, 100}));
}

TEST(Lighting, ShadingIsEvenedOut) {
  GrayImage image = paper(640, 640);
  rule(image, 60);
  for (std::uint32_t y = 0; y < 640; ++y)
    for (std::uint32_t x = 0; x < 640; ++x)
      pixel(image, x, y) = static_cast<std::uint8_t>(pixel(image, x, y) * (1 - (x / 900.0)));
  const Lighting lighting = measure_lighting(image);
  EXPECT_FALSE(lighting.even);
  EXPECT_FALSE(lighting.light_on_dark);
  even_out(image, lighting, 1);
  for (std::uint32_t x = 30; x < 610; ++x) {
    EXPECT_GT(pixel(image, x, 32), 235) << x;  // between two lines
    EXPECT_LT(pixel(image, x, 22), 90) << x;   // on a line
  }
}

TEST(Lighting, InvertedPagesBecomeDarkOnWhite) {
  GrayImage image = paper(640, 640, 40);
  rule(image, 220);
  const Lighting lighting = measure_lighting(image);
  EXPECT_TRUE(lighting.light_on_dark);
  even_out(image, lighting, 1);
  EXPECT_EQ(pixel(image, 100, 32), 255);
  EXPECT_LT(pixel(image, 100, 22), 60);
}

TEST(Lighting, ABarStaysDark) {
  GrayImage image = paper(640, 640);
  rule(image, 20);
  fill(image, 0, 300, 640, 340, 40);
  const Lighting lighting = measure_lighting(image);
  even_out(image, lighting, 1);
  EXPECT_LT(pixel(image, 300, 320), 60);
}

TEST(Lighting, IsThatOfTheLargerImageAsWell) {
  GrayImage large = paper(1283, 1283);
  for (std::uint32_t y = 0; y < 1283; ++y)
    for (std::uint32_t x = 0; x < 1283; ++x) pixel(large, x, y) = static_cast<std::uint8_t>(250 - (y / 8));
  const GrayImage small = reduced(large, 2);
  even_out(large, measure_lighting(small), 2);
  EXPECT_GT(*std::ranges::min_element(large.pixels), 235);
}

TEST(Lighting, ImagesSmallerThanATileHaveOne) {
  GrayImage image = paper(3, 2, 200);
  const Lighting lighting = measure_lighting(image);
  even_out(image, lighting, 1);
  EXPECT_EQ(image.pixels, std::vector<std::uint8_t>(6, 255));
}

}  // namespace
}  // namespace docmill::ocr
