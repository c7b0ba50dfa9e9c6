#include "extract/ocr_decision.h"

#include <gtest/gtest.h>

namespace docmill::extract {
namespace {

constexpr PageSize page{.width_pt = 600, .height_pt = 800};

TEST(ImageRegions, BeginAtThreeHundredthsOfThePage) {
  EXPECT_TRUE(image_regions({}, page).empty());
  EXPECT_EQ(image_regions(std::vector<Rect>{{.left = 30, .top = 80, .right = 120, .bottom = 240}}, page).size(), 1);
  EXPECT_TRUE(image_regions(std::vector<Rect>{{.left = 30, .top = 80, .right = 120, .bottom = 232}}, page).empty());
}

TEST(ImageRegions, ImagesApartAreRegionsOfTheirOwn) {
  const auto regions = image_regions(std::vector<Rect>{{.left = 60, .top = 80, .right = 300, .bottom = 240},
                                                       {.left = 60, .top = 400, .right = 300, .bottom = 640}},
                                     page);
  ASSERT_EQ(regions.size(), 2);
  EXPECT_DOUBLE_EQ(regions[0].left, 60);
  EXPECT_DOUBLE_EQ(regions[0].bottom, 240);
  EXPECT_DOUBLE_EQ(regions[1].top, 400);
}

TEST(ImageRegions, StripsOfAScanAreThePage) {
  std::vector<Rect> strips;
  for (int y = 0; y < 800; y += 8)
    strips.push_back({.left = 0, .top = static_cast<double>(y), .right = 600, .bottom = static_cast<double>(y + 8)});
  const auto regions = image_regions(strips, page);
  ASSERT_EQ(regions.size(), 1);
  EXPECT_DOUBLE_EQ(area_share(regions[0], page), 1);
}

TEST(ImageRegions, FromFourFifthsOnTheRegionIsThePage) {
  const auto regions =
      image_regions(std::vector<Rect>{{.left = 30, .top = 40, .right = 570, .bottom = 760}}, page);  // 81 %
  ASSERT_EQ(regions.size(), 1);
  EXPECT_DOUBLE_EQ(area_share(regions[0], page), 1);
}

TEST(OcrLayer, IsMostlyInvisibleTextOverAnImage) {
  const std::vector<Rect> image{{.left = 0, .top = 0, .right = 600, .bottom = 800}};
  EXPECT_TRUE(has_ocr_layer({.images = image, .text_objects = 10, .invisible_text_objects = 9}));
  EXPECT_FALSE(has_ocr_layer({.images = image, .text_objects = 10, .invisible_text_objects = 5}));
  EXPECT_FALSE(has_ocr_layer({.images = {}, .text_objects = 10, .invisible_text_objects = 10}));
  EXPECT_FALSE(has_ocr_layer({.images = image, .text_objects = 0, .invisible_text_objects = 0}));
}

}  // namespace
}  // namespace docmill::extract
