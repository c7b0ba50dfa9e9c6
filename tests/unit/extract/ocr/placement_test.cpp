#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "extract/ocr/placement.h"
#include "unit/extract/ocr/drawing.h"

namespace docmill::ocr {
namespace {

/// No two of its pixels in a row or column are equal.
GrayImage pattern(std::uint32_t width, std::uint32_t height) {
  GrayImage image = paper(width, height);
  for (std::uint32_t y = 0; y < height; ++y)
    for (std::uint32_t x = 0; x < width; ++x) pixel(image, x, y) = static_cast<std::uint8_t>((x * 7) + (y * 31));
  return image;
}

TEST(Placement, QuarterTurnsMovePixelsAndMixNone) {
  const GrayImage page = pattern(7, 4);
  for (int quarters = 0; quarters < 4; ++quarters) {
    const double turn_deg = 90.0 * quarters;
    const Box region = turned(Box{.left = 0, .top = 0, .right = 7, .bottom = 4}, turn_deg);
    const GrayImage upright = resample(page, place({.turn_deg = turn_deg}, region));
    const GrayImage expected = turned_by_quarters(page, quarters);
    EXPECT_EQ(upright.width_px, expected.width_px);
    EXPECT_EQ(upright.pixels, expected.pixels) << turn_deg;
  }
}

TEST(Placement, BoxesGoBackToThePage) {
  // A mark at (10..14, 3..5) of a page that is 20 wide and 8 high, turned clockwise by a quarter and doubled.
  const Box region = turned(Box{.left = 0, .top = 0, .right = 20, .bottom = 8}, 90);
  const Placement placement = place({.turn_deg = 90, .step_x = 0.5, .step_y = 0.5}, region);
  EXPECT_EQ(placement.width_px, 16);
  EXPECT_EQ(placement.height_px, 40);
  const Box mark = placement.on_page(Box{.left = 6, .top = 20, .right = 10, .bottom = 28});
  EXPECT_DOUBLE_EQ(mark.left, 10);
  EXPECT_DOUBLE_EQ(mark.top, 3);
  EXPECT_DOUBLE_EQ(mark.right, 14);
  EXPECT_DOUBLE_EQ(mark.bottom, 5);
}

TEST(Placement, ASlantedLineBecomesStraight) {
  GrayImage page = paper(400, 400);
  for (std::uint32_t x = 50; x < 350; ++x) {
    const auto y = static_cast<std::uint32_t>(std::lround(100 + (x * std::tan(10 * 3.14159265358979 / 180))));
    fill(page, x, y, x + 1, y + 3);
  }
  const GrayImage upright =
      resample(page, place({.turn_deg = -10}, turned(Box{.left = 0, .top = 0, .right = 400, .bottom = 400}, -10)));
  std::vector<std::uint32_t> dark_rows(upright.height_px);
  for (std::uint32_t y = 0; y < upright.height_px; ++y)
    for (std::uint32_t x = 0; x < upright.width_px; ++x)
      if (upright.pixels[(std::size_t{y} * upright.width_px) + x] < 128) ++dark_rows[y];
  EXPECT_LE(std::ranges::count_if(dark_rows, [](std::uint32_t count) { return count > 0; }), 5);
}

TEST(Placement, BeyondThePageIsWhite) {
  const GrayImage page = paper(4, 4, 10);
  const GrayImage upright = resample(page, place({}, {.left = -2, .top = -2, .right = 6, .bottom = 6}));
  ASSERT_EQ(upright.width_px, 8);
  EXPECT_EQ(upright.pixels.front(), 255);
  EXPECT_EQ(upright.pixels.back(), 255);
  EXPECT_EQ(upright.pixels[(3 * 8) + 3], 10);
}

TEST(Placement, ShrinkingTakesTheMeanOfAllPixels) {
  GrayImage page = paper(64, 64);
  for (std::uint32_t y = 0; y < 64; ++y)
    for (std::uint32_t x = y % 2; x < 64; x += 2) pixel(page, x, y) = 0;
  const GrayImage upright = resample(
      page, place({.turn_deg = 0, .step_x = 4, .step_y = 4}, {.left = 0, .top = 0, .right = 64, .bottom = 64}));
  ASSERT_EQ(upright.width_px, 16);
  for (const std::uint8_t level : upright.pixels) EXPECT_NEAR(level, 127, 1);
}

}  // namespace
}  // namespace docmill::ocr
