// Tables, boxes and leaders drawn by hand: the tests know which pixels are whose.
#include <gtest/gtest.h>

#include "extract/ocr/components.h"
#include "extract/ocr/leaders.h"
#include "extract/ocr/rules.h"
#include "unit/extract/ocr/drawing.h"

namespace docmill::ocr {
namespace {

constexpr double letter_px = 17;

void frame(GrayImage& page, std::uint32_t left, std::uint32_t top, std::uint32_t right, std::uint32_t bottom,
           std::uint32_t width) {
  fill(page, left, top, right, top + width);
  fill(page, left, bottom - width, right, bottom);
  fill(page, left, top, left + width, bottom);
  fill(page, right - width, top, right, bottom);
}

/// A letter H: two stems and a bar.
void letter(GrayImage& page, std::uint32_t left, std::uint32_t top) {
  fill(page, left, top, left + 3, top + 17);
  fill(page, left + 9, top, left + 12, top + 17);
  fill(page, left, top + 7, left + 12, top + 10);
}

Parted parted(const GrayImage& page, double letter_height_px = letter_px, Which which = Which::all) {
  return part_rules(find_ink(page, 128), letter_height_px, which);
}

std::vector<std::pair<std::int32_t, std::int32_t>> places_of(const std::vector<Component>& components) {
  std::vector<std::pair<std::int32_t, std::int32_t>> places;
  for (const Component& c : components) places.emplace_back(c.left, c.top);
  return places;
}

using Places = std::vector<std::pair<std::int32_t, std::int32_t>>;

TEST(Rules, CellsWithBordersOfTheirOwnAreNoLetters) {
  for (const std::uint32_t thickness : {1U, 3U, 8U}) {
    GrayImage page = paper(700, 300);
    Places letters;
    for (const std::uint32_t row : {0U, 1U})
      for (const std::uint32_t column : {0U, 1U, 2U}) {
        const std::uint32_t left = 20 + (column * 200), top = 20 + (row * 70);
        frame(page, left, top, left + 180, top + 50, thickness);
        letter(page, left + 20, top + 16);
        letters.emplace_back(left + 20, top + 16);
      }
    const Parted result = parted(page);
    EXPECT_EQ(places_of(result.writing.components), letters) << thickness;
    EXPECT_EQ(result.frames.size(), 6) << thickness;
    // The survey, which does not know the height of letters, sees the same.
    EXPECT_EQ(places_of(parted(page, 0).writing.components), letters) << thickness;
  }
}

TEST(Rules, SharedBordersLeaveNothingAtTheirCorners) {
  GrayImage page = paper(700, 300);
  for (const std::uint32_t y : {20U, 80U, 140U, 200U}) fill(page, 20, y, 622, y + 2);
  for (const std::uint32_t x : {20U, 220U, 420U, 620U}) fill(page, x, 20, x + 2, 202);
  letter(page, 100, 40);
  EXPECT_EQ(places_of(parted(page).writing.components), (Places{{100, 40}}));
}

TEST(Rules, AStrokeThatCrossesARuleStaysWhole) {
  GrayImage page = paper(400, 200);
  fill(page, 20, 100, 380, 102);
  fill(page, 200, 90, 204, 115);  // a descender
  fill(page, 250, 88, 254, 100);  // a letter that stands on the rule
  const Parted result = parted(page);
  ASSERT_EQ(result.writing.components.size(), 2);
  const Component& standing = result.writing.components[0];
  const Component& crossing = result.writing.components[1];
  EXPECT_EQ(standing.bottom, 100);
  EXPECT_EQ(crossing.top, 90);
  EXPECT_EQ(crossing.bottom, 115);
}

TEST(Rules, OfASlantedTableTheBordersAreFound) {
  GrayImage page = paper(900, 500);
  frame(page, 150, 150, 750, 350, 3);
  fill(page, 450, 150, 453, 350);
  letter(page, 250, 240);
  const Parted result = parted(turned_by(page, 0.6));
  ASSERT_EQ(result.writing.components.size(), 1);
  EXPECT_NEAR(result.writing.components[0].height(), 17, 3);
}

TEST(Rules, ADashAndGiantLettersAreNone) {
  GrayImage page = paper(600, 300);
  fill(page, 20, 50, 54, 53);     // an em dash
  fill(page, 100, 20, 120, 160);  // a T of 140 pixels
  fill(page, 60, 20, 160, 36);
  EXPECT_TRUE(parted(page).rules.empty());
}

TEST(Rules, ASquareAmongLettersIsOneAndABoxToTickIsNot) {
  GrayImage page = paper(400, 200);
  frame(page, 20, 50, 38, 68, 2);
  letter(page, 60, 50);  // a space away
  const Parted ticked = parted(page);
  EXPECT_EQ(ticked.frames.size(), 1);
  EXPECT_EQ(places_of(ticked.writing.components), (Places{{60, 50}}));
  letter(page, 41, 50);  // as close as letters of a word are
  EXPECT_TRUE(parted(page).frames.empty());
}

TEST(Rules, LettersWhoseFeetTouchAreNone) {
  GrayImage page = paper(300, 80);
  letter(page, 20, 20);
  frame(page, 35, 20, 90, 37, 2);  // "mm", with its stems
  for (const std::uint32_t left : {46U, 57U, 68U, 79U}) fill(page, left, 20, left + 3, 37);
  letter(page, 93, 20);
  EXPECT_TRUE(parted(page).rules.empty());
}

TEST(Rules, RulesInOneDirectionMayBeLeftIn) {
  GrayImage page = paper(700, 300);
  fill(page, 20, 40, 620, 42);
  frame(page, 20, 100, 620, 200, 2);
  const Parted result = parted(page, letter_px, Which::crossing);
  ASSERT_EQ(result.writing.components.size(), 1);
  EXPECT_EQ(result.writing.components[0].top, 40);
}

TEST(Rules, APageWithoutInkHasNone) {
  const Parted result = parted(paper(10, 10));
  EXPECT_TRUE(result.rules.empty());
  EXPECT_TRUE(result.writing.components.empty());
}

TEST(Leaders, RowsOfDotsLeadAndAnEllipsisDoesNot) {
  std::vector<Component> marks;
  for (int dot = 0; dot < 12; ++dot)
    marks.push_back({.left = 100 + (dot * 8), .top = 97, .right = 103 + (dot * 8), .bottom = 100, .ink_px = 9});
  for (int dot = 0; dot < 3; ++dot)
    marks.push_back({.left = 400 + (dot * 8), .top = 97, .right = 403 + (dot * 8), .bottom = 100, .ink_px = 9});
  marks.push_back({.left = 200, .top = 83, .right = 212, .bottom = 100, .ink_px = 60});
  const std::vector<bool> found = find_leaders(marks, letter_px);
  EXPECT_EQ(std::ranges::count(found, true), 12);
  EXPECT_TRUE(found.front());
}

TEST(Leaders, SlantedOnesAreFoundOnTheEdgeOfABand) {
  for (std::int32_t y = 90; y < 110; ++y) {
    std::vector<Component> marks;
    for (int dot = 0; dot < 12; ++dot) {
      const std::int32_t top = y + (dot / 6);
      marks.push_back({.left = 100 + (dot * 8), .top = top, .right = 103 + (dot * 8), .bottom = top + 3, .ink_px = 9});
    }
    EXPECT_EQ(std::ranges::count(find_leaders(marks, letter_px), true), 12) << y;
  }
}

}  // namespace
}  // namespace docmill::ocr
