#include <gtest/gtest.h>

#include "extract/ocr/components.h"
#include "unit/extract/ocr/drawing.h"

namespace docmill::ocr {
namespace {

TEST(Components, PixelsThatTouchByACornerAreOne) {
  GrayImage image = paper(10, 10);
  fill(image, 1, 1, 3, 3);
  fill(image, 3, 3, 5, 6);
  fill(image, 7, 0, 9, 2);
  const Ink ink = find_ink(image, 128);
  ASSERT_EQ(ink.components.size(), 2);
  const Component &first = ink.components[0], &second = ink.components[1];
  EXPECT_EQ(first.left, 7);  // its first pixel is in the topmost row
  EXPECT_EQ(first.ink_px, 4);
  EXPECT_EQ(second.left, 1);
  EXPECT_EQ(second.top, 1);
  EXPECT_EQ(second.right, 5);
  EXPECT_EQ(second.bottom, 6);
  EXPECT_EQ(second.ink_px, 10);
}

TEST(Components, ArmsThatMeetFurtherDownAreOne) {
  GrayImage image = paper(90, 40);
  for (std::uint32_t arm = 0; arm < 8; ++arm) fill(image, 2 + (arm * 10), arm, 4 + (arm * 10), 30);
  fill(image, 2, 30, 74, 31);
  const Ink ink = find_ink(image, 128);
  ASSERT_EQ(ink.components.size(), 1);
  EXPECT_EQ(ink.components[0].width(), 72);
  EXPECT_EQ(ink.components[0].height(), 31);
}

TEST(Components, RowsOfAnyLengthAreReadToTheirEnd) {
  for (std::uint32_t width = 1; width < 100; ++width) {
    GrayImage image = paper(width, 1);
    pixel(image, width - 1, 0) = 0;
    ASSERT_EQ(find_ink(image, 128).components.size(), 1) << width;
    EXPECT_EQ(find_ink(image, 128).components[0].left, width - 1);
  }
}

TEST(Components, AThresholdLiesBetweenInkAndPaper) {
  GrayImage image = paper(100, 100, 210);
  fill(image, 10, 10, 30, 30, 90);
  EXPECT_EQ(find_threshold(image), 150);
}

TEST(Components, AShadowIsNotTakenForInk) {
  GrayImage image = paper(400, 400);
  fill(image, 0, 0, 400, 120, 190);     // most of what is not white
  fill(image, 100, 200, 160, 210, 20);  // a few letters
  EXPECT_LT(find_threshold(image), 190);
  EXPECT_GT(find_threshold(image), 20);
}

TEST(Components, ErasingLeavesTheOthersAlone) {
  GrayImage image = paper(60, 40);
  fill(image, 4, 4, 10, 10);
  fill(image, 30, 4, 36, 10);
  const Ink ink = find_ink(image, 128);
  ASSERT_EQ(ink.components.size(), 2);
  GrayImage twice = paper(120, 80);
  fill(twice, 8, 8, 20, 20);
  fill(twice, 60, 8, 72, 20);
  GrayImage expected = paper(120, 80);
  fill(expected, 60, 8, 72, 20);
  erase(image, ink, {true, false}, 1);
  erase(twice, ink, {true, false}, 2);
  EXPECT_EQ(find_ink(image, 128).components.size(), 1);
  EXPECT_EQ(twice.pixels, expected.pixels);
}

}  // namespace
}  // namespace docmill::ocr
