// What is known of a page before anything is recognised: components, lines, placements; and the order afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <string_view>
#include <utility>

#include "extract/ocr/components.h"
#include "extract/ocr/placement.h"
#include "extract/ocr/reading_order.h"
#include "extract/ocr/reduce.h"
#include "extract/ocr/text_lines.h"

namespace docmill::ocr {
namespace {

using testing::ElementsAre;

// One character a pixel: '#' is black, all else white.
GrayImage drawn(std::initializer_list<std::string_view> rows) {
  GrayImage image{.width_px = static_cast<std::uint32_t>(rows.begin()->size()),
                  .height_px = static_cast<std::uint32_t>(rows.size()),
                  .dpi = 0,
                  .pixels = {}};
  for (const std::string_view row : rows)
    for (const char c : row) image.pixels.push_back(c == '#' ? 0 : 255);
  return image;
}

std::vector<std::array<int, 5>> boxes(const std::vector<Component>& components) {
  std::vector<std::array<int, 5>> result;
  for (const Component& c : components) result.push_back({c.left, c.top, c.right, c.bottom, c.ink_px});
  return result;
}

TEST(FindInk, CornersTouchAndGapsPart) {
  const Ink ink = find_ink(drawn({"#..#.",    //
                                  ".#.#.",    //
                                  "....#",    //
                                  "##..."}),  //
                           128);
  EXPECT_THAT(boxes(ink.components),
              ElementsAre(std::array{0, 0, 2, 2, 2}, std::array{3, 0, 5, 3, 3}, std::array{0, 3, 2, 4, 2}));
}

TEST(FindInk, BranchesThatMeetBelowAreOne) {
  const Ink ink = find_ink(drawn({"#.#.#",    //
                                  "#.#.#",    //
                                  "#####"}),  //
                           128);
  EXPECT_THAT(boxes(ink.components), ElementsAre(std::array{0, 0, 5, 3, 11}));
}

TEST(FindThreshold, LiesBetweenInkAndPaper) {
  GrayImage image{.width_px = 10, .height_px = 10, .dpi = 0, .pixels = std::vector<std::uint8_t>(100, 200)};
  std::fill_n(image.pixels.begin(), 20, 40);
  const int threshold = find_threshold(image);
  EXPECT_GT(threshold, 40);
  EXPECT_LE(threshold, 200);
}

TEST(Reduced, IsTheMeanOfItsPixels) {
  const GrayImage image{.width_px = 3, .height_px = 2, .dpi = 300, .pixels = {0, 100, 7, 200, 100, 7}};
  const GrayImage half = reduced(image, 2);
  EXPECT_EQ(half.width_px, 1U);
  EXPECT_EQ(half.height_px, 1U);
  EXPECT_EQ(half.dpi, 150);
  EXPECT_THAT(half.pixels, ElementsAre(100));
}

// Lines of letters of 10 x 12 pixels, 4 apart, lines 20 apart. Every third letter rises by 5, every tenth descends.
std::vector<Component> paragraph() {
  std::vector<Component> letters;
  for (int line = 0; line < 12; ++line)
    for (int letter = 0; letter < 40; ++letter) {
      const int top = 100 + (line * 30) - (letter % 3 == 0 ? 5 : 0);
      const int bottom = 100 + (line * 30) + 12 + (letter % 10 == 4 ? 4 : 0);
      letters.push_back({.left = 100 + (letter * 14),
                         .top = top,
                         .right = 110 + (letter * 14),
                         .bottom = bottom,
                         .ink_px = 10 * (bottom - top) / 3});
    }
  return letters;
}

std::vector<Component> mapped(std::vector<Component> components, auto&& point) {
  for (Component& c : components) {
    const auto [x1, y1] = point(c.left, c.top);
    const auto [x2, y2] = point(c.right, c.bottom);
    c = {.left = std::min(x1, x2),
         .top = std::min(y1, y2),
         .right = std::max(x1, x2),
         .bottom = std::max(y1, y2),
         .ink_px = c.ink_px};
  }
  return components;
}

TEST(TextLines, OfAnUprightParagraphRunAcrossAndStandOnTheirFeet) {
  const TextLines lines = find_text_lines(paragraph());
  EXPECT_EQ(lines.letters.size(), 480U);
  EXPECT_FALSE(lines.vertical);
  EXPECT_EQ(lines.skew_deg, 0);
  EXPECT_GT(lines.standing, 1);
  EXPECT_NEAR(lines.height_px, 13, 4);
}

TEST(TextLines, OfAParagraphUpsideDownStandOnTheirHeads) {
  const auto turned_over = mapped(paragraph(), [](int x, int y) { return std::pair(1000 - x, 1000 - y); });
  const TextLines lines = find_text_lines(turned_over);
  EXPECT_FALSE(lines.vertical);
  EXPECT_LT(lines.standing, 1);
}

TEST(TextLines, OfAPageOnItsSideRunDown) {
  EXPECT_TRUE(find_text_lines(mapped(paragraph(), [](int x, int y) { return std::pair(1000 - y, x); })).vertical);
  EXPECT_TRUE(find_text_lines(mapped(paragraph(), [](int x, int y) { return std::pair(y, 1000 - x); })).vertical);
}

TEST(TextLines, SkewIsTheTurnThatMakesThemStraight) {
  for (const double fall : {0.05, -0.1, 0.2}) {  // pixels down a pixel to the right
    const auto falling = mapped(paragraph(), [&](int x, int y) { return std::pair(x, y); });
    auto skewed = falling;
    for (Component& c : skewed) {
      const int down = static_cast<int>(std::lround(fall * c.left));
      c.top += down + 200;
      c.bottom += down + 200;
    }
    const TextLines lines = find_text_lines(skewed);
    EXPECT_NEAR(lines.skew_deg, -std::atan(fall) * 180 / std::numbers::pi, 0.3) << fall;
  }
}

TEST(TextLines, DirtIsNone) {
  std::vector<Component> dirt;
  for (int i = 0; i < 400; ++i) {
    const int x = (i * 7919) % 2000;
    const int y = (i * 104'729) % 3000;
    dirt.push_back({.left = x, .top = y, .right = x + 2, .bottom = y + 3, .ink_px = 5});
  }
  EXPECT_TRUE(find_text_lines(dirt).letters.empty());
  EXPECT_TRUE(find_text_lines({}).letters.empty());
}

TEST(Placement, QuarterTurnMovesPixelsAndBoxesBack) {
  // Turned clockwise by 90 degrees, the left column of the page becomes the top row.
  const GrayImage page{.width_px = 2,
                       .height_px = 3,
                       .dpi = 0,
                       .pixels = {10, 20,  //
                                  30, 40,  //
                                  50, 60}};
  const Point corner = turned({.x = 0, .y = 3}, 90);
  const Point opposite = turned({.x = 2, .y = 0}, 90);
  const Box region{.left = std::min(corner.x, opposite.x),
                   .top = std::min(corner.y, opposite.y),
                   .right = std::max(corner.x, opposite.x),
                   .bottom = std::max(corner.y, opposite.y)};
  const Placement placement = place({.turn_deg = 90, .step_x = 1, .step_y = 1}, region);
  const GrayImage upright = resample(page, placement);
  ASSERT_EQ(upright.width_px, 3U);
  ASSERT_EQ(upright.height_px, 2U);
  EXPECT_THAT(upright.pixels, ElementsAre(50, 30, 10, 60, 40, 20));
  const Box back = placement.on_page(Box{.left = 0, .top = 0, .right = 1, .bottom = 1});
  EXPECT_NEAR(back.left, 0, 1e-6);
  EXPECT_NEAR(back.top, 2, 1e-6);
  EXPECT_NEAR(back.right, 1, 1e-6);
  EXPECT_NEAR(back.bottom, 3, 1e-6);
}

Word word(std::string text, std::int32_t left, std::int32_t top, std::uint32_t line, std::uint32_t block) {
  const auto width = static_cast<std::int32_t>(text.size()) * 10;
  return {.text = std::move(text),
          .left_px = left,
          .top_px = top,
          .right_px = left + width,
          .bottom_px = top + 16,
          .confidence = 90,
          .line_index = line,
          .block_index = block};
}

std::vector<std::string> texts_of(const std::vector<Word>& words) {
  std::vector<std::string> texts;
  for (const Word& each : words) texts.push_back(each.text);
  return texts;
}

TEST(ReadingOrder, CellsSideBySideAreReadByRows) {
  const auto words =
      in_reading_order({word("Nut", 0, 0, 0, 0), word("Bolt", 0, 30, 1, 0), word("Pin", 0, 60, 2, 0),
                        word("4", 200, 0, 3, 1), word("12", 200, 30, 4, 1), word("7", 200, 60, 5, 1),
                        word("1.20", 400, 0, 6, 2), word("0.80", 400, 30, 7, 2), word("0.10", 400, 60, 8, 2)});
  EXPECT_THAT(texts_of(words), ElementsAre("Nut", "4", "1.20", "Bolt", "12", "0.80", "Pin", "7", "0.10"));
  EXPECT_EQ(words.back().line_index, 2U);
  EXPECT_EQ(words.back().block_index, 0U);
}

TEST(ReadingOrder, ColumnsOfProseStayColumns) {
  std::vector<Word> words;
  for (std::uint32_t column = 0; column < 2; ++column)
    for (std::uint32_t line = 0; line < 4; ++line)
      for (int i = 0; i < 6; ++i)
        words.push_back(word("prose", static_cast<std::int32_t>(column) * 500 + (i * 60),
                             static_cast<std::int32_t>(line) * 25, (column * 4) + line, column));
  const auto ordered = in_reading_order(words);
  for (std::size_t i = 0; i < words.size(); ++i) EXPECT_EQ(ordered[i].left_px, words[i].left_px) << i;
}

}  // namespace
}  // namespace docmill::ocr
