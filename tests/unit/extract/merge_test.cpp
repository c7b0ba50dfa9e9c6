#include "extract/merge.h"

#include <gtest/gtest.h>

namespace docmill::extract {
namespace {

pdf::TextLine line(const std::string& text, const Rect& box) { return {.text = text, .boxes = {box}}; }
Rect at(double left, double top, double right, double bottom) {
  return {.left = left, .top = top, .right = right, .bottom = bottom};
}
PageWord word(const std::string& text, const Rect& box, std::uint32_t line_index, std::uint32_t block_index) {
  return {.text = text, .box = box, .confidence = 80, .line_index = line_index, .block_index = block_index};
}

TEST(Merge, PixelsBecomePointsOfThePage) {
  std::vector<ocr::Word> words(1);
  words[0].text = "word";
  words[0].left_px = 200;
  words[0].right_px = 400;
  words[0].bottom_px = 100;
  const auto placed = place_words(words, {.left_pt = 10, .top_pt = 20, .dpi = 200});
  ASSERT_EQ(placed.size(), 1);
  EXPECT_DOUBLE_EQ(placed[0].box.left, 82);
  EXPECT_DOUBLE_EQ(placed[0].box.right, 154);
  EXPECT_DOUBLE_EQ(placed[0].box.top, 20);
  EXPECT_DOUBLE_EQ(placed[0].box.bottom, 56);
}

TEST(Merge, WordsWithTheirMiddleInABoxGo) {
  const auto left = words_outside({word("in", at(0, 0, 10, 10), 0, 0), word("half", at(9, 0, 19, 10), 0, 0)},
                                  std::vector<Rect>{at(0, 0, 12, 12)});
  ASSERT_EQ(left.size(), 1);
  EXPECT_EQ(left[0].text, "half");
}

TEST(Merge, BlocksAreLinesOfWords) {
  const std::vector<PageWord> words = {word("one", at(0, 0, 10, 5), 0, 0), word("two", at(12, 0, 20, 5), 0, 0),
                                       word("three", at(0, 8, 10, 12), 1, 0), word("four", at(40, 0, 50, 5), 2, 1)};
  const auto blocks = blocks_of(words);
  ASSERT_EQ(blocks.size(), 2);
  EXPECT_EQ(blocks[0].text, "one two\nthree");
  EXPECT_DOUBLE_EQ(blocks[0].box.right, 20);
  EXPECT_DOUBLE_EQ(blocks[0].box.bottom, 12);
  EXPECT_EQ(text_of(blocks), "one two\nthree\n\nfour");
  EXPECT_DOUBLE_EQ(*mean_confidence(words), 80);
  EXPECT_FALSE(mean_confidence({}));
}

TEST(Merge, ABlockFollowsTheLineAboveItInItsColumn) {
  // Two columns, the left one read first; the picture stands in the left one.
  const std::vector<pdf::TextLine> lines = {line("left 1", at(0, 0, 50, 10)), line("left 2", at(0, 80, 50, 90)),
                                            line("right 1", at(60, 0, 110, 10)), line("right 2", at(60, 30, 110, 40))};
  const std::vector<Block> picture = {{.text = "picture", .box = at(5, 20, 45, 70)}};
  EXPECT_EQ(merge(lines, picture).text, "left 1\n\npicture\n\nleft 2\nright 1\nright 2");
}

TEST(Merge, ABlockAboveEverythingComesFirstAndOneBesideLast) {
  const std::vector<pdf::TextLine> lines = {line("a", at(0, 50, 50, 60)), line("b", at(0, 70, 50, 80))};
  EXPECT_EQ(merge(lines, std::vector<Block>{{.text = "above", .box = at(0, 0, 50, 40)}}).text, "above\n\na\nb");
  EXPECT_EQ(merge(lines, std::vector<Block>{{.text = "beside", .box = at(60, 50, 90, 80)}}).text, "a\nb\n\nbeside");
}

TEST(Merge, NothingToMergeIsTheTextItself) {
  const std::vector<pdf::TextLine> lines = {line("a", at(0, 50, 50, 60)), line("", {}), line("b", at(0, 70, 50, 80))};
  EXPECT_EQ(merge(lines, {}).text, "a\n\nb");
  EXPECT_EQ(merge({}, std::vector<Block>{{.text = "all", .box = at(0, 0, 9, 9)}}).text, "all");
}

TEST(Merge, WordsComeInTheOrderOfTheText) {
  std::vector<pdf::TextLine> lines = {line("a b", at(0, 0, 50, 10)), line("c", at(0, 70, 50, 80))};
  lines[0].words = {{.text = "a", .box = {}}, {.text = "b", .box = {}}};
  lines[1].words = {{.text = "c", .box = {}}};
  const std::vector<PageWord> words = {word("one", at(0, 20, 10, 25), 0, 0), word("two", at(0, 30, 10, 35), 1, 0),
                                       word("last", at(60, 75, 90, 80), 0, 1)};
  const Merged merged = merge(lines, blocks_of(words));
  EXPECT_EQ(merged.text, "a b\n\none\ntwo\n\nc\n\nlast");
  std::vector<std::string> texts;
  for (const PageWord& each : merged.words) texts.push_back(each.text);
  EXPECT_EQ(texts, (std::vector<std::string>{"a", "b", "one", "two", "c", "last"}));
}

TEST(Merge, BoxesEndAtThePage) {
  const Rect cut = on_page(at(-3, 5, 120, 60), 100, 50);
  EXPECT_DOUBLE_EQ(cut.left, 0);
  EXPECT_DOUBLE_EQ(cut.top, 5);
  EXPECT_DOUBLE_EQ(cut.right, 100);
  EXPECT_DOUBLE_EQ(cut.bottom, 50);
  const Rect beyond = on_page(at(110, 5, 120, 60), 100, 50);
  EXPECT_DOUBLE_EQ(beyond.left, 100);
  EXPECT_DOUBLE_EQ(beyond.right, 100);
}

TEST(Merge, LinesAndBlocksAreCountedOnFromWordToWord) {
  std::vector<PageWord> words = {word("a", {}, 4, 2), word("b", {}, 4, 2), word("c", {}, 6, 2), word("d", {}, 6, 3),
                                 word("e", {}, 0, 0)};
  for (PageWord& each : words) each.source = WordSource::ocr;
  words.push_back({.text = "f", .box = {}, .line_index = 0, .block_index = 0, .source = WordSource::native});
  words.push_back({.text = "g", .box = {}, .line_index = 0, .block_index = 0, .source = WordSource::form});
  number_lines(words);
  std::vector<std::uint32_t> lines, blocks;
  for (const PageWord& each : words) {
    lines.push_back(each.line_index);
    blocks.push_back(each.block_index);
  }
  EXPECT_EQ(lines, (std::vector<std::uint32_t>{0, 0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(blocks, (std::vector<std::uint32_t>{0, 0, 0, 1, 2, 3, 4}));
}

}  // namespace
}  // namespace docmill::extract
