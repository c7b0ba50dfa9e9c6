#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "extract/image/resolution.h"
#include "extract/image/row_reducer.h"
#include "extract/image/upright.h"

namespace docmill::image {
namespace {

using Pixels = std::vector<std::uint8_t>;

GrayImage image_of(std::uint32_t width, std::uint32_t height, Pixels pixels) {
  return {.width_px = width, .height_px = height, .dpi = 0, .pixels = std::move(pixels)};
}

Pixels reduced(PixelSize from, PixelSize to, const Pixels& pixels) {
  RowReducer rows(to);
  EXPECT_TRUE(rows.begin(from));
  for (std::size_t y = 0; y < pixels.size() / from.width; ++y)
    rows.add(std::span(pixels).subspan(y * from.width, from.width));
  return std::move(rows).finish().pixels;
}

TEST(RowReducer, KeepsWhatIsNotToBeReduced) {
  const Pixels pixels{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(reduced({3, 2}, {3, 2}, pixels), pixels);
}

TEST(RowReducer, GivesTheMeanOfWholePixels) {
  EXPECT_EQ(reduced({4, 2}, {2, 1}, {0, 100, 10, 10, 50, 50, 10, 30}), (Pixels{50, 15}));
}

TEST(RowReducer, SharesPixelsThatLieAcross) {
  // Three pixels become two: the one in the middle counts half for each.
  EXPECT_EQ(reduced({3, 1}, {2, 1}, {0, 90, 240}), (Pixels{30, 190}));
  EXPECT_EQ(reduced({1, 3}, {1, 2}, {0, 90, 240}), (Pixels{30, 190}));
}

// The same sum in plain arithmetic: every pixel that comes out is an integral over its area.
TEST(RowReducer, AgreesWithAnIntegralForEveryRatio) {
  const PixelSize from{.width = 23, .height = 17};
  Pixels pixels(from.pixels());
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>((i * 7919) % 256);
  const auto overlap = [](double a, double b, std::uint32_t at) {
    return std::max(0.0, std::min(b, at + 1.0) - std::max(a, static_cast<double>(at)));
  };
  for (std::uint32_t width = 1; width <= from.width; width += 2)
    for (std::uint32_t height = 1; height <= from.height; height += 3) {
      const Pixels result = reduced(from, {width, height}, pixels);
      ASSERT_EQ(result.size(), std::size_t{width} * height);
      const double step_x = 23.0 / width, step_y = 17.0 / height;
      for (std::uint32_t y = 0; y < height; ++y)
        for (std::uint32_t x = 0; x < width; ++x) {
          double sum = 0;
          for (std::uint32_t v = 0; v < from.height; ++v)
            for (std::uint32_t u = 0; u < from.width; ++u)
              sum += pixels[(v * from.width) + u] * overlap(x * step_x, (x + 1) * step_x, u) *
                     overlap(y * step_y, (y + 1) * step_y, v);
          ASSERT_NEAR(result[(y * width) + x], sum / (step_x * step_y), 0.51) << width << " x " << height;
        }
    }
}

TEST(RowReducer, RowsThatDoNotComeAreWhite) {
  EXPECT_EQ(reduced({2, 3}, {2, 3}, {0, 0}), (Pixels{0, 0, 255, 255, 255, 255}));
  EXPECT_EQ(reduced({2, 8}, {1, 4}, {0, 0, 0, 0, 0, 0}), (Pixels{0, 128, 255, 255}));
  EXPECT_EQ(reduced({2, 8}, {1, 4}, {}), (Pixels{255, 255, 255, 255}));
}

TEST(RowReducer, RowsTooManyAreDropped) { EXPECT_EQ(reduced({1, 2}, {1, 1}, {10, 20, 200}), (Pixels{15})); }

TEST(RowReducer, ReducesEachColourByItself) {
  RowReducer rows({2, 1}, 3);
  ASSERT_TRUE(rows.begin({3, 1}));
  rows.add(Pixels{0, 30, 60, 90, 120, 150, 200, 210, 220});
  // Each pixel that comes out covers one and a half.
  EXPECT_EQ(std::move(rows).finish<ColourImage>().pixels, (Pixels{30, 60, 90, 163, 180, 197}));
}

TEST(RowReducer, KeepsColoursThatAreNotToBeReducedAndFillsUpWithWhite) {
  RowReducer rows({2, 2}, 3);
  ASSERT_TRUE(rows.begin({2, 2}));
  rows.add(Pixels{1, 2, 3, 4, 5, 6});
  EXPECT_EQ(std::move(rows).finish<ColourImage>().pixels, (Pixels{1, 2, 3, 4, 5, 6, 255, 255, 255, 255, 255, 255}));
}

TEST(Upright, ColoursOfAPixelStayTogether) {
  // EXIF 2.3, table 6: of 6 the stored first row is the right column, so "ab" stands one below the other.
  const ColourImage image{.width_px = 2, .height_px = 1, .dpi = 0, .pixels = {1, 2, 3, 4, 5, 6}};
  EXPECT_EQ(turned(image, {2}).pixels, (Pixels{4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(turned(image, {3}).pixels, (Pixels{4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(turned(image, {4}).pixels, image.pixels);
  EXPECT_EQ(turned(image, {6}).height_px, 2);
  EXPECT_EQ(turned(image, {6}).pixels, image.pixels);
  EXPECT_EQ(turned(image, {8}).pixels, (Pixels{4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(stretched(image, {3, 1}).pixels, (Pixels{1, 2, 3, 3, 4, 5, 4, 5, 6}));
  EXPECT_EQ(stretched(image, {2, 2}).pixels, (Pixels{1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6}));
}

TEST(RowReducer, RefusesWhatIsSmallerThanTheResult) {
  EXPECT_FALSE(RowReducer({2, 2}).begin({1, 2}));
  EXPECT_FALSE(RowReducer({2, 2}).begin({2, 1}));
  EXPECT_FALSE(RowReducer({1, 1}).begin({source_side_px_max + 1, 1}));
}

// EXIF 2.3, table 6: which corner of the stored pixels is at the top left, and what lies beside it.
TEST(Upright, TurnsAsExifSays) {
  const GrayImage stored = image_of(3, 2, {1, 2, 3, 4, 5, 6});
  const std::vector<Pixels> expected{{1, 2, 3, 4, 5, 6}, {3, 2, 1, 6, 5, 4}, {6, 5, 4, 3, 2, 1}, {4, 5, 6, 1, 2, 3},
                                     {1, 4, 2, 5, 3, 6}, {4, 1, 5, 2, 6, 3}, {6, 3, 5, 2, 4, 1}, {3, 6, 2, 5, 1, 4}};
  for (std::uint16_t value = 1; value <= 8; ++value) {
    const GrayImage upright = turned(stored, {value});
    EXPECT_EQ(upright.pixels, expected.at(value - 1U)) << value;
    EXPECT_EQ(upright.width_px, value >= 5 ? 2U : 3U) << value;
  }
}

TEST(Upright, StretchesBetweenTheMiddlesOfPixels) {
  EXPECT_EQ(stretched(image_of(1, 2, {0, 200}), {1, 4}).pixels, (Pixels{0, 50, 150, 200}));
  EXPECT_EQ(stretched(image_of(2, 1, {0, 200}), {4, 1}).pixels, (Pixels{0, 50, 150, 200}));
  EXPECT_EQ(stretched(image_of(2, 1, {7, 9}), {2, 1}).pixels, (Pixels{7, 9}));
}

struct Stated {
  Resolution resolution;
  double dpi, stretch_x, stretch_y;
};

TEST(SetResolution, MakesSquaresOfWhatIsStated) {
  const std::vector<Stated> cases{
      {{300, 300}, 300, 1, 1},  {{200, 100}, 200, 1, 2},  {{100, 200}, 200, 2, 1},   {{204, 98}, 204, 1, 204. / 98},
      {{2, 1, false}, 0, 1, 2}, {{1, 1, false}, 0, 1, 1}, {{300, 0}, 300, 1, 1},     {{0, 300}, 300, 1, 1},
      {{300, 1}, 300, 1, 1},    {{300, 40}, 300, 1, 1},   {{65535, 65535}, 0, 1, 1}, {{NAN, 300}, 0, 1, 1},
      {{-300, 300}, 0, 1, 1},   {{300, 301}, 300, 1, 1},  {{9, 1, false}, 0, 1, 1},
  };
  for (const Stated& stated : cases) {
    Header header;
    set_resolution(header, stated.resolution);
    EXPECT_DOUBLE_EQ(header.dpi, stated.dpi) << stated.resolution.x << " x " << stated.resolution.y;
    EXPECT_DOUBLE_EQ(header.stretch_x, stated.stretch_x) << stated.resolution.x << " x " << stated.resolution.y;
    EXPECT_DOUBLE_EQ(header.stretch_y, stated.stretch_y) << stated.resolution.x << " x " << stated.resolution.y;
  }
}

TEST(SetResolution, AxesAreThoseOfTheUprightImage) {
  Header header{.orientation = {6}};
  set_resolution(header, {.x = 200, .y = 100});
  EXPECT_DOUBLE_EQ(header.stretch_x, 2);
  EXPECT_DOUBLE_EQ(header.stretch_y, 1);
}

}  // namespace
}  // namespace docmill::image
