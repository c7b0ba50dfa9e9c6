#include <gtest/gtest.h>

#include <string>

#include "extract/ocr/reading_order.h"

namespace docmill::ocr {
namespace {

/// Words as Tesseract gives them: block by block, line by line.
class Pen {
 public:
  void begin_block() { ++block_; }

  /// Words of ten pixels a letter, from `left` on.
  void write(std::int32_t left, std::int32_t top, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const auto width = static_cast<std::int32_t>(text.size()) * 10;
      words_.push_back({.text = text,
                        .left_px = left,
                        .top_px = top,
                        .right_px = left + width,
                        .bottom_px = top + 20,
                        .confidence = 95,
                        .line_index = line_,
                        .block_index = block_});
      left += width + 10;
    }
    ++line_;
  }

  std::vector<Word> take() { return std::move(words_); }

 private:
  std::uint32_t block_ = 0, line_ = 0;
  std::vector<Word> words_;
};

/// Words of a line with spaces, lines with '/', blocks with '#'.
std::string text_of(const std::vector<Word>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0)
      text += words[i].block_index != words[i - 1].block_index ? "#"
              : words[i].line_index != words[i - 1].line_index ? "/"
                                                               : " ";
    text += words[i].text;
  }
  return text;
}

TEST(ReadingOrder, CellsOfATableBecomeRows) {
  Pen pen;
  pen.write(0, 0, {"Tin", "box"});
  pen.write(0, 40, {"Clay", "pot"});
  pen.write(0, 80, {"Lamp", "oil"});
  pen.begin_block();
  pen.write(300, 2, {"102"});
  pen.write(300, 41, {"2"});
  pen.write(300, 83, {"294"});
  pen.begin_block();
  pen.write(500, 1, {"80.85"});
  pen.write(500, 40, {"19.89"});
  pen.write(500, 80, {"32.52"});
  EXPECT_EQ(text_of(in_reading_order(pen.take())), "Tin box 102 80.85/Clay pot 2 19.89/Lamp oil 294 32.52");
}

TEST(ReadingOrder, PageNumbersStandBehindTheirTitles) {
  Pen pen;
  for (std::int32_t line = 0; line < 4; ++line) pen.write(0, line * 30, {"Of", "the", "harbour", "and", "its", "mole"});
  pen.begin_block();
  for (std::int32_t line = 0; line < 4; ++line) pen.write(600, line * 30, {std::to_string(line + 7)});
  EXPECT_EQ(text_of(in_reading_order(pen.take())),
            "Of the harbour and its mole 7/Of the harbour and its mole 8/Of the harbour and its mole 9/"
            "Of the harbour and its mole 10");
}

TEST(ReadingOrder, ARowOfSeveralCellsIsOneLine) {
  Pen pen;
  pen.write(0, 0, {"Paper", "roll"});
  pen.begin_block();
  pen.write(0, 100, {"Checked", "by", "Amos", "Pell"});
  pen.begin_block();
  pen.write(300, 1, {"112"});
  pen.begin_block();
  pen.write(500, 0, {"58.46"});
  EXPECT_EQ(text_of(in_reading_order(pen.take())), "Paper roll 112 58.46#Checked by Amos Pell");
}

TEST(ReadingOrder, ColumnsOfProseAreReadOneAfterTheOther) {
  Pen pen;
  for (const std::int32_t left : {0, 600}) {
    for (std::int32_t line = 0; line < 4; ++line) pen.write(left, line * 30, {"one", "two", "three", "four", "five"});
    pen.begin_block();
  }
  const std::vector<Word> words = pen.take();
  EXPECT_EQ(text_of(in_reading_order(words)), text_of(words));
}

TEST(ReadingOrder, AddressesSideBySideAreReadOneAfterTheOther) {
  Pen pen;
  for (const std::int32_t left : {0, 400}) {
    pen.write(left, 0, {"Ingrid", "Sorensen"});
    pen.write(left, 30, {"7", "Weir", "Cottages"});
    pen.write(left, 60, {"Whitby", "Cross"});
    pen.begin_block();
  }
  const std::vector<Word> words = pen.take();
  EXPECT_EQ(text_of(in_reading_order(words)), text_of(words));
}

TEST(ReadingOrder, AmountsStandBesideTheirLabels) {
  Pen pen;
  pen.write(0, 0, {"Subtotal"});
  pen.write(0, 30, {"Tax"});
  pen.write(0, 60, {"Total"});
  pen.begin_block();
  pen.write(400, 0, {"30.00"});
  pen.write(400, 30, {"5.70"});
  pen.write(400, 60, {"35.70"});
  EXPECT_EQ(text_of(in_reading_order(pen.take())), "Subtotal 30.00/Tax 5.70/Total 35.70");
}

TEST(ReadingOrder, ATableStaysBetweenWhatStandsAroundIt) {
  Pen pen;
  pen.write(0, 0, {"Price", "list"});
  pen.begin_block();
  pen.write(0, 60, {"Oil"});
  pen.write(0, 90, {"Wax"});
  pen.begin_block();
  pen.write(300, 60, {"12"});
  pen.write(300, 90, {"14"});
  pen.begin_block();
  pen.write(0, 150, {"Thank", "you"});
  EXPECT_EQ(text_of(in_reading_order(pen.take())), "Price list#Oil 12/Wax 14#Thank you");
}

TEST(ReadingOrder, LinesThatSpacesTearApartAreWhole) {
  // In type of one width spaces come to stand one below the other, and Tesseract sees two columns.
  Pen pen;
  for (std::int32_t line = 0; line < 4; ++line) pen.write(0, line * 30, {"one", "two", "three", "four", "five"});
  pen.begin_block();
  for (std::int32_t line = 0; line < 4; ++line) pen.write(248, line * 30, {"six", "seven", "eight", "nine", "ten"});
  const std::string line = "one two three four five six seven eight nine ten";
  EXPECT_EQ(text_of(in_reading_order(pen.take())), line + "/" + line + "/" + line + "/" + line);
}

TEST(ReadingOrder, IndicesHaveNoGaps) {
  Pen pen;
  pen.write(0, 0, {"one"});
  pen.begin_block();
  pen.write(0, 100, {"two"});
  std::vector<Word> words = pen.take();
  for (Word& word : words) {
    word.block_index = 3 + (2 * word.block_index);
    word.line_index = 5 + (4 * word.line_index);
  }
  words = in_reading_order(std::move(words));
  ASSERT_EQ(words.size(), 2);
  EXPECT_EQ(words[0].block_index, 0);
  EXPECT_EQ(words[0].line_index, 0);
  EXPECT_EQ(words[1].block_index, 1);
  EXPECT_EQ(words[1].line_index, 1);
  EXPECT_TRUE(in_reading_order({}).empty());
}

}  // namespace
}  // namespace docmill::ocr
