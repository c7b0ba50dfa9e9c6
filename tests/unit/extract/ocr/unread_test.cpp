#include <gtest/gtest.h>

#include "extract/ocr/unread.h"

namespace docmill::ocr {
namespace {

Component mark(std::int32_t left, std::int32_t top, std::int32_t width, std::int32_t height) {
  return {.left = left, .top = top, .right = left + width, .bottom = top + height, .ink_px = width * height / 2};
}

/// Large letters, and a footnote of small ones.
Page page_of_two_sizes() {
  Page page;
  for (int i = 0; i < 12; ++i) page.marks.push_back(mark(100 + (i * 50), 100, 40, 60));
  for (int i = 0; i < 30; ++i) page.marks.push_back(mark(100 + (i * 9), 700, 7, 10));
  page.lines.height_px = 60;
  return page;
}

TEST(Unread, WhatNoWordCoversIsAPartAtItsOwnScale) {
  const Page page = page_of_two_sizes();
  const std::vector<Unread> parts = find_unread(page, {{.left = 90, .top = 90, .right = 800, .bottom = 170}}, 0);
  ASSERT_EQ(parts.size(), 1);
  EXPECT_EQ(parts[0].letters, 30);
  EXPECT_EQ(parts[0].part.height_px, 10);
  EXPECT_EQ(parts[0].part.box.top, 700);
  EXPECT_EQ(parts[0].part.box.bottom, 710);
}

TEST(Unread, SizesAreReadApartTheLargerPartFirst) {
  const std::vector<Unread> parts = find_unread(page_of_two_sizes(), {}, 0);
  ASSERT_EQ(parts.size(), 2);
  EXPECT_EQ(parts[0].part.height_px, 10);
  EXPECT_EQ(parts[1].part.height_px, 60);
}

TEST(Unread, OnAPageOnItsSideRowsRunDown) {
  Page page;
  for (int i = 0; i < 12; ++i) page.marks.push_back(mark(500, 100 + (i * 12), 10, 8));
  page.lines.vertical = true;
  page.lines.height_px = 10;
  const std::vector<Unread> parts = find_unread(page, {}, 90);
  ASSERT_EQ(parts.size(), 1);
  EXPECT_EQ(parts[0].letters, 12);
  EXPECT_NEAR(parts[0].part.box.left, 500, 1e-6);
  EXPECT_NEAR(parts[0].part.box.right, 510, 1e-6);
}

TEST(Unread, SpecksHereAndThereAreNone) {
  Page page;
  for (int i = 0; i < 50; ++i) page.marks.push_back(mark((i * 397) % 1900, (i * 811) % 1700, 8, 8));
  page.lines.height_px = 10;
  EXPECT_TRUE(find_unread(page, {}, 0).empty());
}

TEST(Unread, PartsAreLimited) {
  Page page;
  for (int row = 0; row < 100; ++row)
    for (int i = 0; i < 4; ++i) page.marks.push_back(mark(100 + (i * 12), row * 200, 10, 10));
  EXPECT_EQ(find_unread(page, {}, 0).size(), unread_parts_max);
}

Word word(std::string text, std::int32_t left, std::int32_t top, std::uint32_t line, std::uint32_t block) {
  return {.text = std::move(text),
          .left_px = left,
          .top_px = top,
          .right_px = left + 60,
          .bottom_px = top + 20,
          .confidence = 90,
          .line_index = line,
          .block_index = block};
}

std::string text_of(const std::vector<Word>& words) {
  std::string text;
  for (const Word& w : words) text += w.text + ' ';
  return text;
}

TEST(AddBlocks, ACellGoesIntoItsRow) {
  std::vector<Word> words{word("oak", 0, 100, 0, 0), word("9.50", 400, 100, 0, 0), word("tin", 0, 140, 1, 0),
                          word("7.25", 400, 140, 1, 0)};
  add_blocks(words, {word("12", 200, 101, 0, 0), word("34", 200, 139, 1, 0)});
  EXPECT_EQ(text_of(words), "oak 12 9.50 tin 34 7.25 ");
  EXPECT_EQ(words[1].line_index, words[0].line_index);
  EXPECT_EQ(words[4].line_index, words[3].line_index);
}

TEST(AddBlocks, AFootnoteComesBehindWhatStandsAboveIt) {
  std::vector<Word> words{word("title", 0, 0, 0, 0), word("body", 0, 100, 1, 1), word("end", 0, 900, 2, 2)};
  add_blocks(words, {word("note", 0, 500, 0, 0), word("more", 0, 530, 1, 0)});
  EXPECT_EQ(text_of(words), "title body note more end ");
  EXPECT_EQ(words[2].block_index, words[3].block_index);
  EXPECT_NE(words[2].line_index, words[3].line_index);
  EXPECT_NE(words[2].block_index, words[4].block_index);
}

TEST(AddBlocks, AnEmptyPageTakesAll) {
  std::vector<Word> words;
  add_blocks(words, {word("note", 0, 500, 0, 0)});
  EXPECT_EQ(text_of(words), "note ");
}

/// Three lines of six letters, and a word's box around each but for the letters from `read` on.
struct Lines {
  Page page;
  std::vector<Box> words;
};

Lines lines_read_up_to(int read) {
  Lines lines;
  lines.page.lines.height_px = 20;
  for (int row = 0; row < 3; ++row) {
    const std::int32_t top = 100 + (row * 40);
    for (int i = 0; i < 6; ++i) lines.page.marks.push_back(mark(100 + (i * 16), top, 12, 20));
    lines.words.push_back({.left = 98.0,
                           .top = static_cast<double>(top),
                           .right = 100.0 + (read * 16),
                           .bottom = static_cast<double>(top + 20)});
  }
  return lines;
}

TEST(LettersLeftOut, AreThoseThatStandLevelWithAWord) {
  const Lines whole = lines_read_up_to(6), cut = lines_read_up_to(5);
  EXPECT_EQ(letters_left_out(whole.page, whole.words, 0), 0);
  EXPECT_EQ(letters_left_out(cut.page, cut.words, 0), 3);
}

TEST(LettersLeftOut, DotsAndWhatStandsBetweenLinesAreNone) {
  Lines lines = lines_read_up_to(6);
  lines.page.marks.push_back(mark(60, 110, 6, 6));     // a bullet
  lines.page.marks.push_back(mark(60, 120, 12, 20));   // on two lines
  lines.page.marks.push_back(mark(60, 400, 12, 20));   // below all
  lines.page.marks.push_back(mark(300, 90, 30, 150));  // a picture
  EXPECT_EQ(letters_left_out(lines.page, lines.words, 0), 0);
}

TEST(LettersLeftOut, AWordThatRunsDownOverLinesHoldsNone) {
  Lines lines = lines_read_up_to(6);
  for (int row = 0; row < 3; ++row) lines.page.marks.push_back(mark(300, 100 + (row * 40), 12, 20));
  lines.words.push_back({.left = 298, .top = 100, .right = 314, .bottom = 200});
  EXPECT_EQ(letters_left_out(lines.page, lines.words, 0), 3);
}

TEST(LettersLeftOut, APageOnItsSideHasThemToo) {
  Lines lines = lines_read_up_to(5);
  for (Component& c : lines.page.marks)
    c = {.left = 600 - c.bottom, .top = c.left, .right = 600 - c.top, .bottom = c.right, .ink_px = c.ink_px};
  for (Box& word : lines.words)
    word = {.left = 600 - word.bottom, .top = word.left, .right = 600 - word.top, .bottom = word.right};
  lines.page.lines.vertical = true;
  EXPECT_EQ(letters_left_out(lines.page, lines.words, 270), 3);
}

}  // namespace
}  // namespace docmill::ocr
