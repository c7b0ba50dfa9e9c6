// The picture of a page with boxes.
#include "extract/page_drawing.h"

#include <gtest/gtest.h>

#include <array>

#include "unit/extract/warm.h"

namespace docmill::extract {
namespace {

using Pixel = std::array<int, 3>;  // red, green, blue
constexpr Pixel white{255, 255, 255}, blue{0x00, 0x72, 0xB2}, vermilion{0xD5, 0x5E, 0x00}, green{0x00, 0x9E, 0x73};

Pixel at(const ColourImage& image, std::uint32_t x, std::uint32_t y) {
  const auto* const pixel = image.pixels.data() + (((std::size_t{y} * image.width_px) + x) * 3);
  return {pixel[2], pixel[1], pixel[0]};
}

/// A white page of 200 by 100 points at 144 dpi.
ColourImage blank_page() {
  return {.width_px = 400, .height_px = 200, .dpi = 144, .pixels = std::vector<std::uint8_t>(400 * 200 * 3, 255)};
}

PageRow row_of_page() {
  PageRow row;
  row.width_pt = 200;
  row.height_pt = 100;
  return row;
}

bool shows(const ColourImage& image, const Pixel& colour, std::uint32_t from_y, std::uint32_t to_y) {
  for (std::uint32_t y = from_y; y < to_y; ++y)
    for (std::uint32_t x = 0; x < image.width_px; ++x)
      if (at(image, x, y) == colour) return true;
  return false;
}

TEST(PageDrawing, OutlinesStandAroundTheBoxes) {
  ASSERT_TRUE(warm());
  PageRow row = row_of_page();
  row.words = {{.text = "word", .box = {.left = 50, .top = 20, .right = 80, .bottom = 30}}};
  const auto drawn = with_boxes(blank_page(), row, {OutputId::words});
  ASSERT_TRUE(drawn) << drawn.error().text();
  EXPECT_EQ(at(*drawn, 99, 39), blue);   // 50 x 2 - 1, 20 x 2 - 1
  EXPECT_EQ(at(*drawn, 160, 60), blue);  // 80 x 2, 30 x 2
  EXPECT_EQ(at(*drawn, 130, 39), blue);
  EXPECT_EQ(at(*drawn, 100, 40), white);  // the box itself
  EXPECT_EQ(at(*drawn, 159, 59), white);
  EXPECT_EQ(at(*drawn, 98, 38), white);
  EXPECT_EQ(at(*drawn, 161, 61), white);
}

TEST(PageDrawing, OnlyWhatIsAskedForIsDrawnAndTold) {
  ASSERT_TRUE(warm());
  PageRow row = row_of_page();
  row.words = {{.text = "word", .box = {.left = 50, .top = 20, .right = 80, .bottom = 30}}};
  row.links = {{.kind = LinkKind::uri, .box = {.left = 10, .top = 60, .right = 40, .bottom = 70}}};
  const auto drawn = with_boxes(blank_page(), row, {OutputId::links, OutputId::codes});
  ASSERT_TRUE(drawn);
  EXPECT_FALSE(shows(*drawn, blue, 0, drawn->height_px));
  EXPECT_TRUE(shows(*drawn, green, 0, 200));
  EXPECT_FALSE(shows(*drawn, vermilion, 0, 200));
  // The legend, below the page.
  ASSERT_GT(drawn->height_px, 210U);
  EXPECT_TRUE(shows(*drawn, green, 200, drawn->height_px));
  EXPECT_TRUE(shows(*drawn, vermilion, 200, drawn->height_px));
}

TEST(PageDrawing, ACodeHasItsFourSides) {
  ASSERT_TRUE(warm());
  PageRow row = row_of_page();
  PageCode code;
  code.corners = {{{100, 20}, {130, 50}, {100, 80}, {70, 50}}};  // on its tip
  row.codes = {code};
  const auto drawn = with_boxes(blank_page(), row, {OutputId::codes});
  ASSERT_TRUE(drawn);
  for (const auto& [x, y] : {std::pair(200U, 40U), {260U, 100U}, {200U, 160U}, {140U, 100U}, {230U, 70U}})
    EXPECT_EQ(at(*drawn, x, y), vermilion) << x << ' ' << y;
  EXPECT_EQ(at(*drawn, 200, 100), white);
}

TEST(PageDrawing, BoxesBeyondThePageDoNoHarm) {
  ASSERT_TRUE(warm());
  PageRow row = row_of_page();
  row.words = {{.text = "a", .box = {.left = 190, .top = 90, .right = 200, .bottom = 100}},
               {.text = "b", .box = {.left = -1e9, .top = -1e9, .right = 1e9, .bottom = 1e9}}};
  PageCode code;
  code.corners = {{{-1e12, -1e12}, {1e12, -1e12}, {1e12, 1e12}, {-1e12, 1e12}}};
  row.codes = {code};
  const auto drawn = with_boxes(blank_page(), row, {OutputId::words, OutputId::codes});
  ASSERT_TRUE(drawn);
  EXPECT_EQ(at(*drawn, 399, 150), blue);  // within the page, at its edge
}

TEST(PageDrawing, APageThatIsNarrowerThanTheLegendStandsOnWhite) {
  ASSERT_TRUE(warm());
  PageRow row;
  row.width_pt = row.height_pt = 10;
  ColourImage page{.width_px = 10, .height_px = 10, .dpi = 72, .pixels = std::vector<std::uint8_t>(300, 100)};
  const auto drawn = with_boxes(std::move(page), row, {OutputId::words, OutputId::links, OutputId::codes});
  ASSERT_TRUE(drawn);
  EXPECT_EQ(at(*drawn, 5, 5), (Pixel{100, 100, 100}));
  EXPECT_EQ(at(*drawn, 50, 5), white);
  EXPECT_GT(drawn->height_px, 70U);  // an entry a row
}

}  // namespace
}  // namespace docmill::extract
