#include "extract/trust.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "document/page.h"
#include "extract/text_check.h"

namespace docmill::extract {
namespace {

constexpr text::Spelling good{.sequences = 200, .known = 196};
constexpr text::Spelling impossible{.sequences = 200, .known = 80};

Trust trust_of(const std::vector<pdf::FontText>& fonts) {
  pdf::PageText text;
  text.fonts = fonts;
  return {text, Trust::Grouping::fonts_with_words};
}

TEST(Trust, IsWholeForTextThatNothingSpeaksAgainst) {
  const Trust trust = trust_of({{.readable = 900, .spelling = good}, {.readable = 12}});
  EXPECT_EQ(trust.value(), 1);
  EXPECT_FALSE(trust.has_signal());
  EXPECT_TRUE(trust.reasons().empty());
  EXPECT_FALSE(trust.is_below(1));
}

TEST(Trust, CountsGlyphsThatNobodyCanRead) {
  EXPECT_DOUBLE_EQ(trust_of({{.readable = 75, .unmapped = 25}}).value(), 0.75);
}

TEST(Trust, NamesEveryReason) {
  const std::vector<std::string_view> all{
      warning::unmapped_glyphs,    warning::glyph_numbers, warning::private_use,        warning::replacement_characters,
      warning::control_characters, warning::wrong_bytes,   warning::impossible_letters, warning::text_unchecked};
  EXPECT_EQ(
      trust_of({{.readable = 100, .unmapped = 60, .numbers = 60, .private_use = 60, .replacements = 60, .controls = 60},
                {.readable = 100, .wrong_bytes = true},
                {.readable = 500, .spelling = impossible}})
          .reasons(),
      all);
}

TEST(Trust, TakesABulletWithoutACharacterForNoReason) {
  const Trust trust = trust_of({{.readable = 900, .spelling = good}, {.private_use = 5}});
  EXPECT_TRUE(trust.reasons().empty());
  EXPECT_GT(trust.value(), 0.99);
}

TEST(Trust, GoesByThatFontWhoseWordsAreImpossible) {
  Trust trust = trust_of({{.readable = 300, .spelling = good}, {.readable = 700, .spelling = impossible}});
  EXPECT_LT(trust.value(), 0.5);
  EXPECT_TRUE(trust.is_below(0.5));
  EXPECT_EQ(trust.fonts_below(0.5), std::vector<std::uint16_t>{1});
  trust.groups()[1].verdict = Verdict::confirmed;
  EXPECT_EQ(trust.value(), 1);
  EXPECT_TRUE(trust.reasons().empty());
  trust.groups()[1].verdict = Verdict::contradicted;
  EXPECT_DOUBLE_EQ(trust.value(), 0.3);
  EXPECT_EQ(trust.value_of_readable(), 1);
}

TEST(Trust, KeepsWhatIsUndecided) {
  Trust trust = trust_of({{.readable = 700, .spelling = impossible}});
  EXPECT_TRUE(trust.is_below(0.5));
  for (const Verdict verdict : {Verdict::undecided, Verdict::unconvincing}) {
    trust.groups()[0].verdict = verdict;
    EXPECT_FALSE(trust.is_below(0.5));
  }
}

TEST(Trust, JudgesFontsWithFewWordsTogether) {
  constexpr text::Spelling few{.sequences = 18, .known = 8};
  EXPECT_TRUE(trust_of({{.readable = 40, .spelling = few}}).has_signal() == false);
  const Trust three = trust_of(
      {{.readable = 40, .spelling = few}, {.readable = 40, .spelling = few}, {.readable = 40, .spelling = few}});
  EXPECT_TRUE(three.has_signal());
}

TEST(Agreement, IsTheShareOfLettersThatNeedNoEdit) {
  EXPECT_EQ(agreement_of("Built in 1871, and lit.", "built in 1871 and LIT"), 1);
  EXPECT_DOUBLE_EQ(agreement_of("0123456789", "0123456788"), 0.9);
  EXPECT_LT(agreement_of("the lighthouse on the northern mole", "wkh oljkwkrxvh rq wkh qruwkhuq proh"), 0.35);
  EXPECT_LT(agreement_of("1874 2290 5531 0048", "2985 3301 6642 1159"), contradicted_max);
}

TEST(TellingLines, AreTheLongestOfEachPartInTheFont) {
  std::vector<pdf::TextLine> lines;
  for (std::uint32_t i = 0; i < 9; ++i)
    lines.push_back({.text = std::string(10 + i % 3, 'a'),
                     .boxes = {{.left = 0, .top = 20.0 * i, .right = 90, .bottom = 20.0 * i + 10}},
                     .readable = 10 + i % 3,
                     .font = static_cast<std::uint16_t>(i == 8 ? 1 : 0)});
  const std::vector<std::uint16_t> fonts{0};
  const std::vector<pdf::TextLine> telling = telling_lines(lines, fonts);
  ASSERT_EQ(telling.size(), 3U);
  EXPECT_EQ(telling[0].readable, 11U);  // of the first two of eight
  EXPECT_EQ(telling[1].readable, 12U);
  EXPECT_EQ(telling[2].readable, 12U);
}

TEST(TellingLines, AreNoneWhereALineIsShortOrOfSeveralFonts) {
  const std::vector<pdf::TextLine> lines{{.text = "short", .boxes = {{0, 0, 9, 9}}, .readable = 5, .font = 0},
                                         {.text = "of two fonts", .boxes = {{0, 20, 9, 29}}, .readable = 10}};
  const std::vector<std::uint16_t> fonts{0, 1};
  EXPECT_TRUE(telling_lines(lines, fonts).empty());
}

}  // namespace
}  // namespace docmill::extract
