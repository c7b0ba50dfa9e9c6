// Bars at a slant.
#include "extract/codes/bars.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "extract/codes/codes.h"
#include "unit/extract/codes/pictures.h"

namespace docmill::codes {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr double radians = std::numbers::pi / 180;

/// The code in the middle of a white picture, turned clockwise: each pixel the mean of 16 points of it.
GrayImage slanted(const Modules& modules, double degrees, double scale) {
  GrayImage image = white_image(500, 500);
  const double cosine = std::cos(degrees * radians), sine = std::sin(degrees * radians);
  const auto rows = static_cast<double>(modules.size()), columns = static_cast<double>(modules[0].size());
  for (std::uint32_t pixel = 0; pixel < 500 * 500; ++pixel) {
    int light = 0;
    for (int i = 0; i < 16; ++i) {
      const double x = (pixel % 500) + ((i % 4) / 4.0) - 250, y = (pixel / 500) + ((i / 4) / 4.0) - 250;
      const double column = (((x * cosine) + (y * sine)) / scale) + (columns / 2);
      const double row = (((y * cosine) - (x * sine)) / scale) + (rows / 2);
      const bool inside = column >= 0 && row >= 0 && column < columns && row < rows;
      light += inside && modules[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] == '#' ? 0 : 1;
    }
    image.pixels[pixel] = static_cast<std::uint8_t>(light * 255 / 16);
  }
  return image;
}

TEST(Bars, AreFoundWithTheirTurnAndReadOnceTheyAreLevel) {
  for (int degrees = -85; degrees <= 90; degrees += 5) {
    const GrayImage image = slanted(ean13_modules(), degrees, 3);
    const std::vector<Bars> bars = find_bars(image);
    ASSERT_THAT(bars, SizeIs(1)) << degrees;
    EXPECT_NEAR(std::remainder((bars[0].angle / radians) - degrees, 180), 0, 4);
    const Found found = find_codes(level(image, bars[0]));
    ASSERT_THAT(found.codes, SizeIs(1)) << degrees;
    EXPECT_EQ(found.codes[0].content.text, "5901234123457");
    // Its corners lie around the middle of the picture.
    double x = 0, y = 0;
    for (const Point& corner : found.codes[0].corners) {
      x += bars[0].placement().of(corner).x / 4;
      y += bars[0].placement().of(corner).y / 4;
    }
    EXPECT_NEAR(std::hypot(x - 250, y - 250), 0, 12) << degrees;
  }
}

TEST(Bars, ThatZxingMissesAtASlantAreWhatThisIsFor) {
  EXPECT_THAT(find_codes(slanted(ean13_modules(), 45, 3)).codes, IsEmpty());
}

TEST(Bars, AreNeitherLinesNorSquares) {
  EXPECT_THAT(find_bars(white_image(300, 300)), IsEmpty());
  EXPECT_THAT(find_bars(white_image(2, 2)), IsEmpty());
  EXPECT_THAT(find_bars(slanted(qr_modules(), 30, 3)), IsEmpty());
}

}  // namespace
}  // namespace docmill::codes
