#include "extract/spaced.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace docmill::ink {
namespace {

Box mark(std::int32_t left, std::int32_t top, std::int32_t width = 10, std::int32_t height = 16) {
  return {.left = left, .top = top, .right = left + width, .bottom = top + height};
}

std::vector<Box> grid(int columns, int rows, std::int32_t pitch) {
  std::vector<Box> marks;
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column)
      marks.push_back(mark(100 + (column * pitch), 100 + (row * pitch), column % 3 == 0 ? 4 : 10));
  return marks;
}

std::ptrdiff_t spaced_in(const std::vector<Box>& marks) { return std::ranges::count(find_spaced(marks), true); }

TEST(Spaced, EveryMarkOfAGridStandsInARow) {
  for (const int pitch : {30, 60, 100}) EXPECT_EQ(spaced_in(grid(9, 9, pitch)), 81) << pitch;
  EXPECT_TRUE(are_spaced_text(grid(9, 9, 60)));
  EXPECT_EQ(spaced_in(grid(3, 3, 60)), 9);
}

TEST(Spaced, OneRowAndOneColumnTakeFive) {
  EXPECT_EQ(spaced_in(grid(5, 1, 60)), 5);
  EXPECT_EQ(spaced_in(grid(1, 5, 60)), 5);
  EXPECT_EQ(spaced_in(grid(4, 1, 60)), 0);
  EXPECT_EQ(spaced_in(grid(1, 4, 60)), 0);
}

TEST(Spaced, WhatIsTooFarApartOrUnlikeStandsInNoRow) {
  EXPECT_EQ(spaced_in(grid(9, 9, 130)), 0);
  std::vector<Box> growing;
  for (int i = 0; i < 6; ++i) growing.push_back(mark(100 + (i * i * 20), 100, 8 << i, 8 << i));
  EXPECT_EQ(spaced_in(growing), 0);
}

TEST(Spaced, AGridMayBeAskew) {
  std::vector<Box> marks = grid(9, 9, 60);
  for (Box& box : marks) {  // 1 in 10: 6 degrees
    const std::int32_t down = (box.left - 100) / 10, left = (box.top - 100) / 10;
    box = mark(box.left - left, box.top + down);
  }
  EXPECT_EQ(spaced_in(marks), 81);
}

TEST(Spaced, DirtOfEverySizeIsNone) {
  std::mt19937 random(11);  // NOLINT(bugprone-random-generator-seed,cert-msc32-c,cert-msc51-cpp): the same every time
  std::uniform_int_distribution<int> place(0, 1500), size(4, 40);
  std::vector<Box> dirt;
  for (int i = 0; i < 150; ++i) dirt.push_back(mark(place(random), place(random), size(random), size(random)));
  EXPECT_FALSE(are_spaced_text(dirt));
  EXPECT_FALSE(are_spaced_text({}));
}

TEST(Spaced, MoreMarksThanAPageHasAreGrain) { EXPECT_EQ(spaced_in(grid(40, 40, 30)), 0); }

}  // namespace
}  // namespace docmill::ink
