#include "extract/pdf/word_gaps.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/pdf/columns.h"
#include "extract/text/clean.h"

namespace docmill::pdf {
namespace {

constexpr float type_size = 10;
constexpr float advance = 5;

/// A page set glyph by glyph, in 10 points; every glyph is half as wide as its type is high.
class Setter {
 public:
  Setter& at(float x, float y) {
    x_ = x;
    y_ = y;
    return *this;
  }
  /// `spacing_ems` behind each glyph.
  Setter& text(std::u32string_view text, float spacing_ems = 0) {
    for (const char32_t c : text) {
      glyphs_.push_back({.unicode = c, .box = {x_, y_ + type_size, x_ + advance, y_}, .index = next_++});
      x_ += advance + (spacing_ems * type_size);
    }
    return *this;
  }
  /// Letters with a space of PDFium's in each gap.
  Setter& torn(std::u32string_view letters, float gap_ems) {
    for (const char32_t c : letters) {
      if (!glyphs_.empty() && glyphs_.back().unicode != '\n') generated(' ');
      text({&c, 1}).gap(gap_ems);
    }
    return *this;
  }
  Setter& gap(float ems) { return at(x_ + (ems * type_size), y_); }
  Setter& generated(char32_t c) {
    glyphs_.push_back({.unicode = c, .box = {x_, y_, x_, y_}, .index = next_++, .generated = true});
    return *this;
  }
  /// A new text object of the page.
  Setter& object() {
    ++object_;
    first_of_object_.push_back(next_);
    return *this;
  }

  std::vector<Glyph> glyphs() const { return glyphs_; }
  std::string separated_text() const {
    return text_of(separated(glyphs_, [&](const Glyph& g) { return setting(g); }));
  }

  static std::string text_of(const std::vector<Glyph>& glyphs) {
    std::u16string text;
    for (const Glyph& glyph : glyphs) text.push_back(static_cast<char16_t>(glyph.unicode));
    return text::clean(text).text;
  }

 private:
  Setting setting(const Glyph& glyph) const {
    const auto objects = std::ranges::count_if(first_of_object_, [&](int first) { return first <= glyph.index; });
    return {.type_size = type_size, .ink = glyph.box, .object = glyphs_.data() + objects};
  }

  std::vector<Glyph> glyphs_;
  std::vector<int> first_of_object_;
  float x_ = 0, y_ = 0;
  int next_ = 0, object_ = 0;
};

TEST(WordGaps, AGapBetweenWordsIsASpace) {
  EXPECT_EQ(Setter().text(U"use").gap(0.2F).text(U"about").gap(0.2F).text(U"once").separated_text(), "use about once");
}

TEST(WordGaps, TightWordSpacesAreSeen) {
  EXPECT_EQ(Setter().text(U"use").gap(0.12F).text(U"about").separated_text(), "use about");
}

TEST(WordGaps, KerningIsNoGap) {
  EXPECT_EQ(Setter().text(U"fo").gap(0.06F).text(U"ur").gap(-0.1F).text(U"teen").separated_text(), "fourteen");
}

TEST(WordGaps, ALetterSpacedHeadingStaysWhole) {
  EXPECT_EQ(Setter().text(U"ANNUAL", 0.3F).separated_text(), "ANNUAL");
  EXPECT_EQ(Setter().text(U"ANNUAL", 0.3F).gap(0.3F).text(U"REPORT", 0.3F).separated_text(), "ANNUAL REPORT");
}

TEST(WordGaps, AWordTornIntoItsLettersIsJoined) {
  EXPECT_EQ(Setter().torn(U"ANNUAL", 0.3F).gap(0.5F).torn(U"REPORT", 0.3F).separated_text(), "ANNUAL REPORT");
}

TEST(WordGaps, AListOfLettersIsNoWord) {
  EXPECT_EQ(Setter().torn(U"ABCDEF", 0.25F).separated_text(), "A B C D E F");
  EXPECT_EQ(Setter().torn(U"NESW", 2).separated_text(), "N E S W");
}

TEST(WordGaps, CellsBelowEachOtherStandInLines) {
  const std::string text =
      Setter().at(0, 40).text(U"9").object().at(0, 28).text(U"7").object().at(0, 16).text(U"7").separated_text();
  EXPECT_EQ(text, "9\n7\n7");
}

TEST(WordGaps, VerticalWritingIsOneWord) {
  EXPECT_EQ(Setter().at(0, 40).text(U"\u6E2F").at(0, 30).text(U"\u6E7E").at(0, 20).text(U"\u4E8B").separated_text(),
            "\u6E2F\u6E7E\u4E8B");
}

TEST(WordGaps, AnIndexBelongsToItsLetter) {
  EXPECT_EQ(Setter().text(U"x").object().at(5, -6).text(U"2").separated_text(), "x2");
}

TEST(WordGaps, TextInAnotherDirectionIsLeftAsItIs) {
  // Hebrew runs to the left; the number in it does not.
  EXPECT_EQ(Setter().at(50, 0).text(U"\u05D0").at(45, 0).text(U"\u05D1").at(10, 0).text(U"15").separated_text(),
            "\u05D0\u05D115");
}

TEST(WordGaps, AHyphenAtALinesEndBreaksNoLine) {
  const std::u32string word = {U'a', text::line_end_hyphen};
  EXPECT_EQ(Setter().at(90, 20).text(word).object().at(0, 8).text(U"bc").separated_text(), "abc");
}

std::string columns(std::initializer_list<std::pair<float, std::u32string_view>> lines) {
  Setter setter;
  for (const auto& [x, line] : lines) {
    if (!setter.glyphs().empty()) setter.generated('\n');
    float y = 100;
    for (const char32_t c : line) setter.at(x, y -= type_size).text({&c, 1});
  }
  return Setter::text_of(in_column_order(setter.glyphs()));
}

TEST(Columns, VerticalLinesAreReadFromTheRight) {
  EXPECT_EQ(columns({{10, U"\u4E94\u516D"}, {30, U"\u4E09\u56DB"}, {50, U"\u4E00\u4E8C"}}),
            "\u4E00\u4E8C\n\u4E09\u56DB\n\u4E94\u516D");
}

TEST(Columns, CellsOfOneGlyphAreARow) { EXPECT_EQ(columns({{10, U"\u4E00"}, {30, U"\u4E8C"}}), "\u4E00\n\u4E8C"); }

TEST(Columns, LatinLettersBelowEachOtherAreNoVerticalWriting) {
  EXPECT_EQ(columns({{10, U"ab"}, {30, U"cd"}}), "ab\ncd");
}

}  // namespace
}  // namespace docmill::pdf
