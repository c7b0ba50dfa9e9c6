#include "extract/ocr/columns.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace docmill::ocr {
namespace {

void add_line(TextLines& lines, std::int32_t left, std::int32_t top, int letters) {
  for (int i = 0; i < letters; ++i)
    lines.letters.push_back(
        {.left = left + (i * 14), .top = top, .right = left + (i * 14) + 11, .bottom = top + 16, .ink_px = 80});
}

TextLines rows_of(int left_letters, int right_letters, int rows) {
  TextLines lines;
  lines.height_px = 16;
  for (int row = 0; row < rows; ++row) {
    add_line(lines, 50, 50 + (row * 30), left_letters);
    add_line(lines, 600, 50 + (row * 30), right_letters);
  }
  return lines;
}

TEST(Columns, LinesOfProseBesideEachOtherAre) { EXPECT_TRUE(has_columns_of_prose(rows_of(20, 20, 5))); }

TEST(Columns, NamesAndAmountsAreNone) {
  EXPECT_FALSE(has_columns_of_prose(rows_of(20, 6, 5)));
  EXPECT_FALSE(has_columns_of_prose(rows_of(20, 0, 5)));
  EXPECT_FALSE(has_columns_of_prose({}));
}

TEST(Columns, TwoLinesAreTooFew) { EXPECT_FALSE(has_columns_of_prose(rows_of(20, 20, 2))); }

TEST(Columns, APageOnItsSideHasThemToo) {
  TextLines lines = rows_of(20, 20, 5);
  for (Component& c : lines.letters)
    c = {.left = c.top, .top = c.left, .right = c.bottom, .bottom = c.right, .ink_px = c.ink_px};
  lines.vertical = true;
  EXPECT_TRUE(has_columns_of_prose(lines));
}

}  // namespace
}  // namespace docmill::ocr
