#include "extract/pdf/line_blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace docmill::pdf {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

LinePlace line(double left, double top, double right, double height = 12, std::int32_t rotation_deg = 0) {
  return {.box = {.left = left, .top = top, .right = right, .bottom = top + height},
          .type_height_pt = height,
          .rotation_deg = rotation_deg};
}

using Lines = std::vector<LinePlace>;

TEST(LineBlocks, NoLinesHaveNone) { EXPECT_THAT(number_blocks({}), IsEmpty()); }

TEST(LineBlocks, AGapEndsAParagraph) {
  EXPECT_THAT(
      number_blocks(Lines{line(10, 0, 90), line(10, 13, 90), line(10, 26, 50), line(10, 48, 90), line(10, 61, 90)}),
      ElementsAre(0, 0, 0, 1, 1));
}

TEST(LineBlocks, LinesThatAreAllFarApartBelongTogether) {
  EXPECT_THAT(number_blocks(Lines{line(10, 0, 90), line(10, 24, 90), line(10, 48, 90), line(10, 84, 90)}),
              ElementsAre(0, 0, 0, 1));
}

TEST(LineBlocks, TheNextColumnIsAnother) {
  EXPECT_THAT(number_blocks(Lines{line(10, 0, 90), line(10, 13, 90), line(110, 0, 190), line(110, 13, 190)}),
              ElementsAre(0, 0, 1, 1));
}

TEST(LineBlocks, LinesAboveTheLastOneAreAnother) {
  EXPECT_THAT(number_blocks(Lines{line(10, 100, 190), line(10, 113, 190), line(10, 0, 190)}), ElementsAre(0, 0, 1));
}

TEST(LineBlocks, ASmallerLineUnderAHeadingIsAnother) {
  EXPECT_THAT(number_blocks(Lines{line(10, 0, 90, 20), line(10, 21, 90), line(10, 34, 90)}), ElementsAre(0, 1, 1));
}

TEST(LineBlocks, TurnedLinesAreSeenAsTheyAreRead) {
  const auto turned = [](double left, std::int32_t degrees) {
    return LinePlace{.box = {.left = left, .top = 10, .right = left + 12, .bottom = 90},
                     .type_height_pt = 12,
                     .rotation_deg = degrees};
  };
  // Read downward the next line stands to the left, read upward to the right.
  EXPECT_THAT(number_blocks(Lines{turned(50, 90), turned(37, 90), turned(12, 90)}), ElementsAre(0, 0, 1));
  EXPECT_THAT(number_blocks(Lines{turned(12, -90), turned(25, -90), turned(50, -90)}), ElementsAre(0, 0, 1));
  EXPECT_THAT(number_blocks(Lines{line(10, 26, 90, 12, 180), line(10, 13, 90, 12, 180), line(10, 0, 90)}),
              ElementsAre(0, 0, 1));
}

TEST(LineBlocks, ColumnsOfEastAsianTypeGoFromRightToLeft) {
  const auto column = [](double left) {
    return LinePlace{.box = {.left = left, .top = 10, .right = left + 12, .bottom = 90}, .type_height_pt = 80};
  };
  EXPECT_THAT(number_blocks(Lines{column(50), column(34), column(18)}), ElementsAre(0, 0, 0));
}

TEST(LineBlocks, ALineWithoutAPlaceStandsAlone) {
  EXPECT_THAT(number_blocks(Lines{line(10, 0, 90), LinePlace{}, line(10, 13, 90)}), ElementsAre(0, 1, 2));
}

}  // namespace
}  // namespace docmill::pdf
