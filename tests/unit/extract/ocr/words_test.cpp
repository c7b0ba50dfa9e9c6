// Which lines came out as of a model that does not have their letters.
#include "extract/ocr/words.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace docmill::ocr {
namespace {

/// Ten characters in a line of their own, 20 pixels below the last one.
Word line(std::uint32_t index, double confidence, std::uint32_t block = 0) {
  const auto top = static_cast<std::int32_t>(index * 20);
  return {.text = "abcdefghij",
          .left_px = 10,
          .top_px = top,
          .right_px = 110,
          .bottom_px = top + 15,
          .confidence = confidence,
          .line_index = index,
          .block_index = block};
}

TEST(FindIllegible, LinesThatMakeNoSenseAreFoundBesideOthers) {
  const auto found = find_illegible({line(0, 95), line(1, 40), line(2, 50), line(3, 45), line(4, 90)});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->characters, 30);
  EXPECT_EQ(found->box.top, 20);
  EXPECT_EQ(found->box.bottom, 75);
}

TEST(FindIllegible, AFewCharactersAreDirt) {
  EXPECT_FALSE(find_illegible({line(0, 95), line(1, 40), line(2, 50), line(3, 95)}));
  EXPECT_FALSE(find_illegible({}));
}

TEST(FindIllegible, ALineCountsAsAWhole) {
  Word clear = line(0, 99), smudged = line(0, 30);
  clear.text += clear.text + clear.text;
  EXPECT_FALSE(find_illegible({clear, smudged, smudged, smudged}));
}

TEST(FindIllegible, LinesOfOneBlockGoTogether) {
  // Two lines each of two blocks that meet are no run.
  EXPECT_FALSE(find_illegible({line(0, 40), line(1, 40), line(2, 40, 1), line(3, 40, 1)}));
}

TEST(FindIllegible, CharactersAreCountedAndNotBytes) {
  Word greek = line(0, 40);
  greek.text = "αβγδεζηθικ";
  EXPECT_FALSE(find_illegible({greek, line(1, 40)}));
}

TEST(FindIllegible, TheRunIsOfSoManyLinesAtMost) {
  std::vector<Word> words;
  for (std::uint32_t i = 0; i < illegible_lines_max + 5; ++i) words.push_back(line(i, 20));
  const auto found = find_illegible(words);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->characters, 10 * illegible_lines_max);
}

}  // namespace
}  // namespace docmill::ocr
