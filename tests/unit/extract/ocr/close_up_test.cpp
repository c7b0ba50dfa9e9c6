#include "extract/ocr/close_up.h"

#include <gtest/gtest.h>

#include "unit/extract/ocr/drawing.h"

namespace docmill::ocr {
namespace {

/// A hollow box of ink, as high as a letter of Engine::letter_px.
void draw_letter(GrayImage& image, std::uint32_t left, std::uint32_t top, std::uint32_t width = 11) {
  fill(image, left, top, left + width, top + 17);
  fill(image, left + 2, top + 2, left + width - 2, top + 15, 255);
}

GrayImage three_rows_of_four() {
  GrayImage image = paper(400, 300);
  for (std::uint32_t row = 0; row < 3; ++row)
    for (std::uint32_t column = 0; column < 4; ++column) draw_letter(image, 40 + (column * 80), 40 + (row * 80));
  return image;
}

Word word(std::string text, const Box& box) {
  return {.text = std::move(text),
          .left_px = static_cast<std::int32_t>(box.left),
          .top_px = static_cast<std::int32_t>(box.top),
          .right_px = static_cast<std::int32_t>(box.right),
          .bottom_px = static_cast<std::int32_t>(box.bottom),
          .confidence = 90};
}

TEST(CloseUp, SingleLettersOfALineStandTogether) {
  const ClosedUp closed = close_up(three_rows_of_four());
  ASSERT_EQ(closed.units.size(), 12);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(closed.units[i].line, 0);
    EXPECT_LT(closed.units[i].set.left - closed.units[i - 1].set.right, 8);
    EXPECT_GT(closed.units[i].set.left - closed.units[i - 1].set.right, 2);
  }
  EXPECT_EQ(closed.units[4].line, 1);
  EXPECT_GE(closed.units[4].set.top - closed.units[0].set.bottom, 17);
  EXPECT_LT(closed.image.width_px, 150);
  EXPECT_EQ(closed.units[5].box.left, 120);
  EXPECT_EQ(closed.units[5].box.top, 120);
  // A pixel of the letter is where the unit says.
  const Box& set = closed.units[5].set;
  EXPECT_EQ(
      closed.image
          .pixels[(static_cast<std::size_t>(set.top) * closed.image.width_px) + static_cast<std::size_t>(set.left)],
      0);
}

TEST(CloseUp, WordsStayAsTheyAreAndASpaceApart) {
  GrayImage image = paper(500, 100);
  for (const std::uint32_t left : {40U, 54U, 68U, 300U, 314U}) draw_letter(image, left, 40);
  const ClosedUp closed = close_up(image);
  ASSERT_EQ(closed.units.size(), 2);
  EXPECT_EQ(closed.units[0].letters, 3);
  EXPECT_EQ(closed.units[0].set.right - closed.units[0].set.left, 39);
  EXPECT_GE(closed.units[1].set.left - closed.units[0].set.right, 15);
}

TEST(CloseUp, BlackSquaresAndGrainAreNoLetters) {
  GrayImage image = three_rows_of_four();
  fill(image, 80, 30, 110, 60);
  EXPECT_EQ(close_up(image).units.size(), 12);
  EXPECT_TRUE(close_up(paper(300, 300)).image.pixels.empty());
}

TEST(CloseUp, ADotBelongsToItsLetter) {
  GrayImage image = three_rows_of_four();
  fill(image, 44, 34, 48, 38);
  const ClosedUp closed = close_up(image);
  ASSERT_EQ(closed.units.size(), 12);
  EXPECT_EQ(closed.units[0].box.top, 34);
}

TEST(CloseUp, WordsGoBackAndApart) {
  const ClosedUp closed = close_up(three_rows_of_four());
  const Box line = around(closed.units[4].set, closed.units[7].set);
  std::vector<Word> words = put_back(
      {word("AB\u00c9D", line), word("far", {.left = 900, .top = 900, .right = 940, .bottom = 917})}, closed.units);
  ASSERT_EQ(words.size(), 1);
  EXPECT_EQ(words[0].left_px, 40);
  EXPECT_EQ(words[0].right_px, 291);
  EXPECT_EQ(words[0].line_index, 1);
  words = taken_apart(std::move(words), closed.units);
  ASSERT_EQ(words.size(), 4);
  EXPECT_EQ(words[2].text, "\u00c9");
  EXPECT_EQ(words[2].left_px, 200);
  EXPECT_EQ(words[2].confidence, 90);
}

TEST(CloseUp, AWordOfOtherLengthStaysWhole) {
  const ClosedUp closed = close_up(three_rows_of_four());
  const Box line = around(closed.units[4].set, closed.units[7].set);
  const std::vector<Word> words = taken_apart(put_back({word("ABC", line)}, closed.units), closed.units);
  ASSERT_EQ(words.size(), 1);
  EXPECT_EQ(words[0].text, "ABC");
}

}  // namespace
}  // namespace docmill::ocr
