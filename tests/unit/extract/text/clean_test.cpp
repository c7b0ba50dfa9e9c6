#include "extract/text/clean.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace docmill::text {
namespace {

using namespace std::string_view_literals;

TEST(CleanText, KeepsPlainTextAndItsLines) { EXPECT_EQ(clean(u"one\ntwo\n\nthree").text, "one\ntwo\n\nthree"); }

TEST(CleanText, MakesEveryLineEndOneLineFeed) { EXPECT_EQ(clean(u"a\r\nb\rc\n\rd").text, "a\nb\nc\n\nd"); }

TEST(CleanText, TrimsWhiteSpaceAtTheEndOfLinesAndText) {
  EXPECT_EQ(clean(u"  a \t\r\n \r\nb\r\n \r\n").text, "  a\n\nb");
  EXPECT_EQ(clean(u" \r\n ").text, "");
  EXPECT_EQ(clean(u"").text, "");
}

TEST(CleanText, EncodesAllPlanesAsUtf8) {
  EXPECT_EQ(clean(u"\u00e9\u20ac\U0001D400").text, "\xC3\xA9\xE2\x82\xAC\xF0\x9D\x90\x80");
}

// The first two lines of Unicode's NormalizationTest.txt, part 1, and its Hangul example.
TEST(CleanText, ComposesToNfc) {
  EXPECT_EQ(clean(u"\u0044\u0307").text, "\u1E0A");
  EXPECT_EQ(clean(u"\u0044\u0323\u0307").text, "\u1E0C\u0307");
  EXPECT_EQ(clean(u"\u1112\u1161\u11AB").text, "\uD55C");
  EXPECT_EQ(clean(u"\u2126").text, "\u03A9");  // the ohm sign is the Greek letter in NFC
}

TEST(CleanText, SpellsLigaturesOut) {
  EXPECT_EQ(clean(u"\uFB00 \uFB01 \uFB02 \uFB03 \uFB04 \uFB05 \uFB06 \uFB07").text, "ff fi fl ffi ffl st st \uFB07");
}

TEST(CleanText, DropsSoftHyphens) { EXPECT_EQ(clean(u"co\u00ADop").text, "coop"); }

TEST(CleanText, JoinsAWordThatALineEndBroke) {
  EXPECT_EQ(clean(u"exam\u0002ple").text, "example");
  EXPECT_EQ(clean(u"Ma\u00df\u0002\u00fcbung").text, "Ma\u00df\u00fcbung");
}

TEST(CleanText, JoinsAWordInCapitalsThatALineEndBroke) {
  EXPECT_EQ(clean(u"OP\u0002TIONAL").text, "OPTIONAL");
  EXPECT_EQ(clean(u"(REC\u0002OMMENDED), and MER\u0002CHANTABILITY.").text, "(RECOMMENDED), and MERCHANTABILITY.");
  EXPECT_EQ(clean(u"INTER\u0002NATION\u0002ALLY").text, "INTERNATIONALLY");
  EXPECT_EQ(clean(u"PASS\u0002WORD BACK\u0002UP ADD\u0002RESS").text, "PASSWORD BACK-UP ADDRESS");  // UP is short
  EXPECT_EQ(clean(u"VER\u0002\u00D6FFENTLICHUNG").text, "VER\u00D6FFENTLICHUNG");
  EXPECT_EQ(clean(u"\u041F\u0420\u0418\u041B\u041E\u0002\u0416\u0415\u041D\u0418\u0415").text,
            "\u041F\u0420\u0418\u041B\u041E\u0416\u0415\u041D\u0418\u0415");  // annex
}

// Codes, and names that stand in ../shared/corpus with a hyphen inside a line.
TEST(CleanText, KeepsAHyphenBetweenCapitalsThatAreNoWord) {
  for (const std::u16string_view before : {u"AB", u"12AB", u"X-AB"})
    for (const std::u16string_view after : {u"CD12", u"CDEF", u"CD-EF"}) {
      const std::u16string code = std::u16string(before) + u'\u0002' + std::u16string(after);
      EXPECT_THAT(clean(code).text, testing::HasSubstr("AB-CD"));
    }
  EXPECT_EQ(clean(u"TIC\u0002TOCK1 1OP\u0002TIONAL A/OP\u0002TIONAL").text, "TIC-TOCK1 1OP-TIONAL A/OP-TIONAL");
  EXPECT_EQ(clean(u"CD\u0002ROM EAP\u0002TLS TF\u0002IDF WI\u0002FI X\u0002RAY SD\u0002CARD").text,
            "CD-ROM EAP-TLS TF-IDF WI-FI X-RAY SD-CARD");
  EXPECT_EQ(clean(u"JEAN\u0002Paul").text, "JEAN-Paul");
}

TEST(CleanText, KeepsAHyphenThatIsNoWordBreak) {
  EXPECT_EQ(clean(u"2019\u00022020").text, "2019-2020");
  EXPECT_EQ(clean(u"Jean\u0002Paul").text, "Jean-Paul");
  EXPECT_EQ(clean(u"end\u0002").text, "end-");
  EXPECT_EQ(clean(u"\u0002start").text, "-start");
}

TEST(CleanText, DropsControlCharactersWithoutAFlag) {
  const Cleaned cleaned = clean(u"a\u0001\u0007b\tc\u007f\u0085d");
  EXPECT_EQ(cleaned.text, "ab\tcd");
  EXPECT_FALSE(cleaned.invalid_characters);
}

TEST(CleanText, DropsAndReportsWhatIsNoCharacter) {
  for (const std::u16string_view raw : {u"a\0b"sv, u"a\uFFFEb"sv, u"a\uFFFFb"sv, u"a\uFDD0b"sv, u"a\U0001FFFFb"sv}) {
    const Cleaned cleaned = clean(raw);
    EXPECT_EQ(cleaned.text, "ab");
    EXPECT_TRUE(cleaned.invalid_characters);
  }
}

TEST(CleanText, DropsAndReportsLoneSurrogates) {
  for (const char16_t surrogate : {char16_t{0xD800}, char16_t{0xDBFF}, char16_t{0xDC00}, char16_t{0xDFFF}}) {
    const Cleaned inside = clean(std::u16string{u'a', surrogate, u'b'});
    EXPECT_EQ(inside.text, "ab");
    EXPECT_TRUE(inside.invalid_characters);
    EXPECT_EQ(clean(std::u16string{u'a', surrogate}).text, "a");
  }
}

TEST(CleanText, KeepsTheReplacementCharacter) {
  const Cleaned cleaned = clean(u"\uFFFD");
  EXPECT_EQ(cleaned.text, "\uFFFD");
  EXPECT_FALSE(cleaned.invalid_characters);
}

std::vector<std::string> parts(std::u16string_view raw) {
  std::vector<std::string> result;
  for (const CleanedWord& word : clean_with_words(raw).words)
    result.push_back(word.text + " " + std::to_string(word.first) + "-" + std::to_string(word.last));
  return result;
}

TEST(CleanWithWords, WordsSayWhichUnitsTheyCameFrom) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(parts(u""), Parts{});
  EXPECT_EQ(parts(u" \n "), Parts{});
  EXPECT_EQ(parts(u"one  two\r\n three "), (Parts{"one 0-2", "two 5-7", "three 11-15"}));
  EXPECT_EQ(parts(u"exam\x2ple 2019\x2"
                  "2020"),
            (Parts{"example 0-7", "2019-2020 9-17"}));
  EXPECT_EQ(parts(u"so\u00ADft a\u00A0b"), (Parts{"soft 0-4", "a 6-6", "b 8-8"}));
  EXPECT_EQ(parts(u"\uFB01ne \U0001F600"), (Parts{"fine 0-2", "\U0001F600 4-4"}));
  EXPECT_EQ(parts(u"cafe\u0301 e\u0301a"), (Parts{"caf\u00E9 0-4",
                                                  "\u00E9"
                                                  "a 6-8"}));
}

TEST(CleanWithWords, TheTextIsTheSame) {
  for (const std::u16string_view raw :
       {u"a \n\n b\t\r\n", u"cafe\u0301 \u0327\u0301x", u"\xD800 lone", u"exam\x2ple", u"\u2000\u0301 \u1100\u1161"}) {
    const CleanedWords found = clean_with_words(raw);
    EXPECT_EQ(found.cleaned.text, clean(raw).text);
    EXPECT_EQ(found.cleaned.invalid_characters, clean(raw).invalid_characters);
    std::vector<std::string> of_text;
    for (const std::string_view word : words_in(found.cleaned.text)) of_text.emplace_back(word);
    std::vector<std::string> words;
    for (const CleanedWord& word : found.words) words.push_back(word.text);
    EXPECT_EQ(words, of_text);
  }
}

}  // namespace
}  // namespace docmill::text
