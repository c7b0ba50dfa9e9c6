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

ink::TextInk ink_of(std::uint32_t all, std::vector<std::uint32_t> unknown) {
  ink::TextInk found{.all = all, .unknown = {}};
  for (const std::uint32_t marks : unknown) found.unknown.push_back({.box = {}, .marks = marks});
  return found;
}

TEST(MissedText, IsThreeLinesOrAFifth) {
  EXPECT_FALSE(misses_text(ink_of(0, {})));
  EXPECT_FALSE(misses_text(ink_of(1000, {})));
  EXPECT_FALSE(misses_text(ink_of(1000, {29, 30})));
  EXPECT_TRUE(misses_text(ink_of(1000, {30, 30})));
  EXPECT_FALSE(misses_text(ink_of(51, {10})));
  EXPECT_TRUE(misses_text(ink_of(50, {10})));
}

TEST(UnreadableText, IsThreeLinesOrAFifth) {
  EXPECT_FALSE(has_unreadable_text(1000, 59));
  EXPECT_TRUE(has_unreadable_text(1000, 60));
  EXPECT_FALSE(has_unreadable_text(41, 10));
  EXPECT_TRUE(has_unreadable_text(40, 10));
  EXPECT_FALSE(has_unreadable_text(0, 0));
}

TEST(CoverShare, CountsWhatImagesShareOnce) {
  const Rect upper{.left = 0, .top = 0, .right = 600, .bottom = 400};
  EXPECT_DOUBLE_EQ(cover_share({}, page), 0);
  EXPECT_DOUBLE_EQ(cover_share(std::vector<Rect>{upper, upper}, page), 0.5);
}

TEST(OutlinedText, StandsInRowsOfEightOrMore) {
  std::vector<Rect> shapes;
  for (int i = 0; i < 8; ++i) {
    EXPECT_FALSE(may_be_outlined_text(shapes)) << i;
    const double left = 100 + (7.0 * i);
    shapes.push_back({.left = left, .top = 100, .right = left + 5, .bottom = 107});
  }
  EXPECT_TRUE(may_be_outlined_text(shapes));
  for (Rect& shape : shapes)
    shape = {.left = shape.top, .top = shape.left, .right = shape.bottom, .bottom = shape.right};
  EXPECT_TRUE(may_be_outlined_text(shapes)) << "on its side";
}

TEST(Regions, AreAroundLinesThatAreClose) {
  const auto regions = regions_of(std::vector<Rect>{{.left = 60, .top = 80, .right = 300, .bottom = 90},
                                                    {.left = 60, .top = 94, .right = 280, .bottom = 104},
                                                    {.left = 60, .top = 600, .right = 300, .bottom = 610}},
                                  page);
  ASSERT_EQ(regions.size(), 2);
  EXPECT_LE(regions[0].top, 71);
  EXPECT_GE(regions[0].bottom, 113);
  EXPECT_GE(regions[1].left, 45);
}

TEST(OcrLayer, MayLieUnderThePicture) {
  const std::vector<Rect> image{{.left = 0, .top = 0, .right = 600, .bottom = 800}};
  const pdf::Content covered{.images = image, .text_objects = 10, .covered_text_objects = 9};
  EXPECT_FALSE(has_ocr_layer(covered));
  EXPECT_TRUE(may_have_ocr_layer(covered));
}

}  // namespace
}  // namespace docmill::extract
