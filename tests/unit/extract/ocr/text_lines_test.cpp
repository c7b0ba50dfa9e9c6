// Boxes in lines, at angles and at random: what the geometry of letters says.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "extract/ocr/dirt.h"
#include "extract/ocr/text_lines.h"

namespace docmill::ocr {
namespace {

Component box(double left, double top, double width, double height) {
  const auto px = [](double at) { return static_cast<std::int32_t>(std::lround(at)); };
  return {.left = px(left),
          .top = px(top),
          .right = px(left + width),
          .bottom = px(top + height),
          .ink_px = px(width * height / 3)};
}

/// A page of 30 lines of 60 letters; every third rises above the others, every ninth descends below the line.
std::vector<Component> page_of_letters() {
  std::vector<Component> letters;
  for (int line = 0; line < 30; ++line)
    for (int letter = 0; letter < 60; ++letter) {
      if (letter % 7 == 6) continue;  // a space
      const int rise = letter % 3 == 0 ? 5 : 0, descent = letter % 9 == 4 ? 4 : 0;
      letters.push_back(box(100 + (letter * 12), 100 + (line * 30) - rise, 9, 12 + rise + descent));
    }
  return letters;
}

/// Boxes around the letters of a page that is turned; about the place (500, 500).
std::vector<Component> turned_page(std::vector<Component> letters, double clockwise_deg) {
  const double angle = clockwise_deg * std::numbers::pi / 180;
  for (Component& c : letters) {
    const double x = ((c.left + c.right) / 2.0) - 500, y = ((c.top + c.bottom) / 2.0) - 500;
    // A letter's own outline fills its box in the middle, so a small turn hardly changes it.
    const bool quarter = std::abs(std::sin(angle)) > 0.7;
    const double box_width = quarter ? c.height() : c.width(), box_height = quarter ? c.width() : c.height();
    const double to_x = 700 + (x * std::cos(angle)) - (y * std::sin(angle));
    const double to_y = 700 + (x * std::sin(angle)) + (y * std::cos(angle));
    c = box(to_x - (box_width / 2), to_y - (box_height / 2), box_width, box_height);
  }
  return letters;
}

TEST(TextLines, AStraightPageIsLeftStraight) {
  const TextLines lines = find_text_lines(page_of_letters());
  EXPECT_EQ(lines.letters.size(), page_of_letters().size());
  EXPECT_FALSE(lines.vertical);
  EXPECT_EQ(lines.skew_deg, 0);
  EXPECT_GT(lines.standing, 1.1);
  EXPECT_GE(lines.height_px, 12);
  EXPECT_LE(lines.height_px, 17);
}

TEST(TextLines, SkewIsTheTurnBack) {
  for (const double skewed_deg : {-14.5, -8.0, -2.5, -0.7, 0.7, 3.0, 9.0, 14.5}) {
    const TextLines lines = find_text_lines(turned_page(page_of_letters(), skewed_deg));
    EXPECT_FALSE(lines.vertical) << skewed_deg;
    EXPECT_NEAR(lines.skew_deg, -skewed_deg, 0.25);
  }
}

TEST(TextLines, APageOnItsSideHasVerticalLines) {
  for (const double skewed_deg : {-9.0, 0.0, 9.0}) {
    const TextLines clockwise = find_text_lines(turned_page(page_of_letters(), 90 + skewed_deg));
    EXPECT_TRUE(clockwise.vertical);
    EXPECT_NEAR(clockwise.skew_deg, -skewed_deg, 0.25);
    EXPECT_LT(clockwise.standing, 0.9);  // bottoms are to the left
    const TextLines back = find_text_lines(turned_page(page_of_letters(), 270 + skewed_deg));
    EXPECT_TRUE(back.vertical);
    EXPECT_GT(back.standing, 1.1);
  }
}

TEST(TextLines, LettersThatHangFromTheirLineAreUpsideDown) {
  EXPECT_LT(find_text_lines(turned_page(page_of_letters(), 180)).standing, 0.9);
}

TEST(TextLines, WordsWhoseLettersTouchAreLinesAsWell) {
  std::vector<Component> words;
  for (int line = 0; line < 40; ++line)
    for (int word = 0; word < 8; ++word) words.push_back(box(100 + (word * 75), 100 + (line * 34), 62, 16));
  EXPECT_FALSE(find_text_lines(words).vertical);
}

TEST(TextLines, ATableOfEqualRowsIsNotTurned) {
  std::vector<Component> digits;
  for (int row = 0; row < 25; ++row)
    for (const int column : {100, 400, 700})
      for (int digit = 0; digit < 4; ++digit) digits.push_back(box(column + (digit * 12), 100 + (row * 40), 10, 15));
  EXPECT_FALSE(find_text_lines(digits).vertical);
}

TEST(TextLines, SpecksAreNoText) {
  std::mt19937 random(5);  // NOLINT(bugprone-random-generator-seed,cert-msc32-c,cert-msc51-cpp): the same every time
  std::uniform_int_distribution<int> place(0, 1500), size(4, 9);
  std::vector<Component> specks;
  for (int i = 0; i < 3000; ++i) specks.push_back(box(place(random), place(random), size(random), size(random)));
  EXPECT_TRUE(find_text_lines(specks).letters.empty());
  EXPECT_TRUE(find_text_lines({}).letters.empty());
}

TEST(TextLines, AShortLabelIsText) {
  std::vector<Component> letters;
  for (int letter = 0; letter < 5; ++letter) letters.push_back(box(300 + (letter * 14), 200, 11, 16));
  EXPECT_EQ(find_text_lines(letters).letters.size(), 5);
}

TEST(TextLines, SingleLettersOfAGridAreText) {
  std::vector<Component> grid;
  for (int row = 0; row < 9; ++row)
    for (int column = 0; column < 9; ++column) grid.push_back(box(100 + (column * 60), 100 + (row * 60), 12, 20));
  const TextLines lines = find_text_lines(grid);
  EXPECT_EQ(lines.letters.size(), 81);
  EXPECT_TRUE(lines.are_single);
  EXPECT_EQ(lines.height_px, 20);
  EXPECT_FALSE(find_text_lines(page_of_letters()).are_single);
}

TEST(Specks, AreFarFromLetters) {
  std::vector<Component> page = page_of_letters();
  const TextLines lines = find_text_lines(page);
  page.push_back(box(140, 90, 3, 3));    // an accent
  page.push_back(box(900, 300, 4, 4));   // dirt in the margin
  page.push_back(box(840, 1010, 4, 4));  // dirt below the text
  const std::vector<bool> specks = find_specks(page, lines);
  ASSERT_EQ(specks.size(), page.size());
  EXPECT_EQ(std::ranges::count(specks, true), 2);
  EXPECT_FALSE(specks[page.size() - 3]);
}

TEST(Specks, LeadersToAPageNumberAreNone) {
  std::vector<Component> page = page_of_letters();
  const TextLines lines = find_text_lines(page);
  for (int dot = 0; dot < 12; ++dot) page.push_back(box(900 + (dot * 10), 110, 3, 3));
  EXPECT_EQ(std::ranges::count(find_specks(page, lines), true), 0);
}

}  // namespace
}  // namespace docmill::ocr
