#include <gtest/gtest.h>

#include "extract/ocr/believable.h"

namespace docmill::ocr {
namespace {

Word word(std::string text, double confidence, std::int32_t height = 18) {
  return {.text = std::move(text),
          .left_px = 10,
          .top_px = 20,
          .right_px = 60,
          .bottom_px = 20 + height,
          .confidence = confidence};
}

std::vector<std::string> texts(const std::vector<Word>& words) {
  std::vector<std::string> result;
  for (const Word& w : words) result.push_back(w.text);
  return result;
}

using Texts = std::vector<std::string>;

TEST(Believable, WordsOfTextStay) {
  EXPECT_EQ(texts(believable({word("Total:", 91), word("1,204.50", 88), word("5", 92), word("—", 90)})),
            (Texts{"Total:", "1,204.50", "5", "—"}));
}

TEST(Believable, HardWordsStayAmongEasyOnes) {
  EXPECT_EQ(texts(believable({word("The", 95), word("waistcoat-pocket", 8), word("was", 93), word("empty", 96)})),
            (Texts{"The", "waistcoat-pocket", "was", "empty"}));
}

TEST(Believable, SpecksBetweenWordsGo) {
  EXPECT_EQ(texts(believable({word("Lamp", 95), word("°", 40, 6), word("ee", 70, 4), word("e", 30), word("oil", 96)})),
            (Texts{"Lamp", "oil"}));
}

TEST(Believable, APieceOfANumberStaysWithTheRestOfIt) {
  const auto after = [](std::int32_t left_px, std::string text) {
    Word rest = word(std::move(text), 92);
    rest.left_px = left_px;
    rest.right_px = left_px + 90;
    return rest;
  };
  const Word piece = word("+3,", 40);  // up to 60
  EXPECT_EQ(texts(believable({piece, after(66, "480.17")})), (Texts{"+3,", "480.17"}));
  EXPECT_EQ(texts(believable({piece, after(90, "480.17")})), Texts{"480.17"});
  EXPECT_EQ(texts(believable({piece, after(66, "Lamp")})), Texts{"Lamp"});
  EXPECT_EQ(texts(believable({word("+3", 40), after(66, "480.17")})), Texts{"480.17"});
}

TEST(Believable, EdgesOfThePaperGo) {
  EXPECT_EQ(texts(believable({word("|", 95, 120), word("Lamp", 95), word("{", 61, 45)})), Texts{"Lamp"});
}

TEST(Believable, ABarAsHighAsALetterIsAnI) {
  EXPECT_EQ(texts(believable({word("|", 96, 20), word("am", 95)})), (Texts{"I", "am"}));
}

/// Lines that begin with these signs, all with their left edge at 40, and say something with confidence.
std::vector<Word> list_of(const std::vector<std::string>& signs) {
  std::vector<Word> words;
  for (std::uint32_t line = 0; line < signs.size(); ++line) {
    const auto top = static_cast<std::int32_t>(40 * line);
    words.push_back({.text = signs[line],
                     .left_px = 40,
                     .top_px = top + 4,
                     .right_px = 50,
                     .bottom_px = top + 14,
                     .confidence = 30,
                     .line_index = line});
    words.push_back({.text = "item",
                     .left_px = 70,
                     .top_px = top,
                     .right_px = 130,
                     .bottom_px = top + 18,
                     .confidence = 95,
                     .line_index = line});
  }
  return words;
}

TEST(Believable, DotsOfAListAreBullets) {
  EXPECT_EQ(texts(believable(list_of({"¢", "©", "*"}))), (Texts{"•", "item", "•", "item", "•", "item"}));
}

TEST(Believable, SignsThatMakeNoListAreNoBullets) {
  EXPECT_EQ(texts(believable(list_of({"¢", "©"}))), (Texts{"item", "item"}));
  std::vector<Word> scattered = list_of({"¢", "©", "*"});
  scattered[2].left_px += 15;
  scattered[4].left_px -= 15;
  EXPECT_EQ(texts(believable(scattered)), (Texts{"item", "item", "item"}));
  EXPECT_EQ(texts(believable(list_of({"$", "$", "$"}))), (Texts{"item", "item", "item"}));
}

TEST(Believable, DirtAloneIsNothing) {
  EXPECT_TRUE(believable({word("e", 90), word("ee", 55), word("4", 75), word("e", 84), word("oe", 40)}).empty());
  EXPECT_TRUE(believable({word("Fy", 61), word("e", 70), word("e", 80), word("4", 55), word("e", 62), word("i", 90),
                          word("e", 85), word("a", 70)})
                  .empty());
  EXPECT_TRUE(believable({}).empty());
}

TEST(Believable, AmongDirtALineThatConvincesStays) {
  std::vector<Word> words;
  for (std::uint32_t line = 0; line < 12; ++line)
    for (const char* dirt : {"Fy", "ee", "oe"}) {
      words.push_back(word(dirt, 52));
      words.back().line_index = line;
    }
  for (const char* text : {"Paid", "in", "full"}) {
    words.push_back(word(text, 91));
    words.back().line_index = 12;
  }
  EXPECT_EQ(texts(believable(std::move(words))), (Texts{"Paid", "in", "full"}));
}

TEST(Believable, OneShortWordIsEnough) {
  EXPECT_EQ(texts(believable({word("B7", 92)})), Texts{"B7"});
  EXPECT_EQ(texts(believable({word("Käse", 85)})), Texts{"Käse"});
}

}  // namespace
}  // namespace docmill::ocr
