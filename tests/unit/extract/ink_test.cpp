#include "extract/ink.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace docmill::ink {
namespace {

GrayImage paper(std::uint32_t width, std::uint32_t height, std::uint8_t tone = 255) {
  return {.width_px = width,
          .height_px = height,
          .dpi = look_dpi,
          .pixels = std::vector<std::uint8_t>(std::size_t{width} * height, tone)};
}

void fill(GrayImage& image, const Box& box, std::uint8_t tone) {
  for (std::int32_t y = box.top; y < box.bottom; ++y)
    for (std::int32_t x = box.left; x < box.right; ++x)
      image.pixels[(static_cast<std::size_t>(y) * image.width_px) + static_cast<std::size_t>(x)] = tone;
}

/// Boxes of the size of letters, as far apart as letters.
void write_row(GrayImage& image, std::int32_t x, std::int32_t y, int letters, std::uint8_t tone = 20) {
  for (int i = 0; i < letters; ++i)
    fill(image, {.left = x + (8 * i), .top = i % 3 == 0 ? y - 3 : y, .right = x + (8 * i) + 5, .bottom = y + 7}, tone);
}

std::vector<Box> row_of_marks(int count, std::int32_t y, int step = 8) {
  std::vector<Box> marks;
  for (int i = 0; i < count; ++i)
    marks.push_back({.left = i * step, .top = y, .right = (i * step) + 5, .bottom = y + 7});
  return marks;
}

TEST(Ink, MarksAreDarkOrLightAgainstTheirSurroundings) {
  GrayImage image = paper(100, 60, 120);
  fill(image, {.left = 20, .top = 20, .right = 25, .bottom = 28}, 60);
  fill(image, {.left = 60, .top = 30, .right = 66, .bottom = 37}, 200);
  const std::vector<Box> dark = find_marks(image, Tone::dark);
  ASSERT_EQ(dark.size(), 1);
  EXPECT_EQ(dark[0].left, 20);
  EXPECT_EQ(dark[0].bottom, 28);
  const std::vector<Box> light = find_marks(image, Tone::light);
  ASSERT_EQ(light.size(), 1);
  EXPECT_EQ(light[0].width(), 6);
}

TEST(Ink, ARowIsFourMarksBesideEachOther) {
  EXPECT_EQ(find_rows(row_of_marks(4, 10)).marks_in_rows, 4);
  EXPECT_EQ(find_rows(row_of_marks(3, 10)).marks_in_rows, 0);
  EXPECT_EQ(find_rows(row_of_marks(9, 10, 40)).marks_in_rows, 0);  // too far apart
}

TEST(Ink, MarksOfUnlikeHeightOrPlaceAreNoRow) {
  std::vector<Box> stairs = row_of_marks(8, 10);
  for (std::size_t i = 0; i < stairs.size(); ++i) {
    stairs[i].top += static_cast<std::int32_t>(4 * i);
    stairs[i].bottom += static_cast<std::int32_t>(4 * i);
  }
  EXPECT_EQ(find_rows(stairs).marks_in_rows, 0);
  std::vector<Box> uneven = row_of_marks(8, 40);
  for (std::size_t i = 0; i < uneven.size(); i += 2) {
    uneven[i].top -= 30;
    uneven[i].bottom -= 30;
  }
  EXPECT_EQ(find_rows(uneven).marks_in_rows, 0);
}

TEST(Ink, ASkewedRowIsARow) {
  std::vector<Box> row = row_of_marks(12, 10);
  for (std::size_t i = 0; i < row.size(); ++i) {  // 1 in 8: 7 degrees
    row[i].top += static_cast<std::int32_t>(i);
    row[i].bottom += static_cast<std::int32_t>(i);
  }
  EXPECT_EQ(find_rows(row).marks_in_rows, 12);
}

TEST(Ink, RulesAndDustAreNoMarks) {
  std::vector<Box> marks;
  for (int i = 0; i < 8; ++i) {
    marks.push_back({.left = 0, .top = 20 * i, .right = 400, .bottom = (20 * i) + 3});
    marks.push_back({.left = 8 * i, .top = 200, .right = (8 * i) + 2, .bottom = 202});
  }
  EXPECT_EQ(find_rows(marks).marks, 0);
}

TEST(Ink, TextIsSeenOnAnyPaperAndOnItsSide) {
  for (const auto& [ground, tone] : {std::pair(255, 20), std::pair(20, 240), std::pair(150, 110)}) {
    GrayImage image = paper(200, 80, static_cast<std::uint8_t>(ground));
    write_row(image, 30, 30, 10, static_cast<std::uint8_t>(tone));
    EXPECT_TRUE(looks_like_text(image, {})) << ground;
  }
  GrayImage sideways = paper(80, 200);
  for (int i = 0; i < 10; ++i)
    fill(sideways, {.left = 30, .top = 30 + (8 * i), .right = 37, .bottom = 35 + (8 * i)}, 20);
  EXPECT_TRUE(looks_like_text(sideways, {}));
}

TEST(Ink, SingleDigitsInAGridAreSeen) {
  GrayImage image = paper(300, 300);
  for (int row = 0; row < 5; ++row)
    for (int column = 0; column < 5; ++column) {
      const std::int32_t x = 30 + (column * 50), y = 30 + (row * 50);
      fill(image, {.left = x, .top = y, .right = x + 8, .bottom = y + 12}, 20);
    }
  EXPECT_TRUE(looks_like_text(image, {}));
}

TEST(Ink, NothingIsSeenOnBlankShadedOrGrainyPaper) {
  EXPECT_FALSE(looks_like_text(paper(200, 200), {}));
  GrayImage shaded = paper(200, 200);
  std::mt19937 random(7);
  for (std::uint32_t y = 0; y < 200; ++y)
    for (std::uint32_t x = 0; x < 200; ++x)
      shaded.pixels[(y * 200) + x] = static_cast<std::uint8_t>(60 + (x / 2) + (y / 4) + (random() % 20));
  EXPECT_FALSE(looks_like_text(shaded, {}));
}

TEST(Ink, SpecksAreNotTextButALineAmongThemIs) {
  GrayImage image = paper(600, 600);
  std::mt19937 random(11);
  for (int i = 0; i < 150; ++i) {
    const auto x = static_cast<std::int32_t>(random() % 590);
    const auto y = static_cast<std::int32_t>(random() % 590);
    fill(image,
         {.left = x,
          .top = y,
          .right = x + 3 + static_cast<std::int32_t>(random() % 5),
          .bottom = y + 3 + static_cast<std::int32_t>(random() % 5)},
         60);
  }
  EXPECT_FALSE(looks_like_text(image, {}));
  write_row(image, 100, 300, 20);
  EXPECT_TRUE(looks_like_text(image, {}));
}

TEST(Ink, OnlyWantedPlacesCountAndKnownOnesDoNot) {
  GrayImage image = paper(300, 100);
  write_row(image, 20, 30, 10);
  const Box text{.left = 15, .top = 20, .right = 105, .bottom = 45};
  const Box elsewhere{.left = 150, .top = 0, .right = 300, .bottom = 100};
  EXPECT_TRUE(looks_like_text(image, {.wanted = {text}, .known = {}}));
  EXPECT_FALSE(looks_like_text(image, {.wanted = {elsewhere}, .known = {}}));
  EXPECT_FALSE(looks_like_text(image, {.wanted = {}, .known = {text}}));
  EXPECT_TRUE(looks_like_text(image, {.wanted = {}, .known = {elsewhere}}));
}

TEST(Ink, BoxesOutsideOfTheImageAndTinyImagesAreHarmless) {
  EXPECT_FALSE(looks_like_text(paper(1, 1), {}));
  EXPECT_FALSE(looks_like_text(paper(5, 5), {.wanted = {{.left = -9, .top = -9, .right = 900, .bottom = 900}},
                                             .known = {{.left = 7, .top = 7, .right = 3, .bottom = 3}}}));
}

}  // namespace
}  // namespace docmill::ink
