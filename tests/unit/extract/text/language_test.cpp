#include "extract/text/language.h"

#include <gtest/gtest.h>

#include <string>

namespace docmill::text {
namespace {

struct Sample {
  const char* tag;
  const char* text;
};

class Language : public testing::TestWithParam<Sample> {};

TEST_P(Language, OfAParagraphIsNamed) { EXPECT_EQ(language_of(GetParam().text), GetParam().tag); }

// From the Universal Declaration of Human Rights, article 1.
INSTANTIATE_TEST_SUITE_P(
    Languages, Language,
    testing::Values(
        Sample{"en",
               "All human beings are born free and equal in dignity and rights. They are endowed with reason and "
               "conscience and should act towards one another in a spirit of brotherhood."},
        Sample{"de",
               "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen "
               "begabt und sollen einander im Geiste der Brüderlichkeit begegnen."},
        Sample{"fr",
               "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison "
               "et de conscience et doivent agir les uns envers les autres dans un esprit de fraternité."},
        Sample{"ru",
               "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и "
               "совестью и должны поступать в отношении друг друга в духе братства."},
        Sample{"he",
               "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון, לפיכך חובה עליהם "
               "לנהוג איש ברעהו ברוח של אחוה."},
        Sample{
            "ja",
            "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。人間は、理性と良心と"
            "を授けられており、互いに同胞の精神をもって行動しなければならない。"},
        Sample{"zh-Hant", "人人生而自由,在尊嚴和權利上一律平等。他們賦有理性和良心,並應以兄弟關係的精神相對待。"}),
    [](const auto& test) {
      std::string name = test.param.tag;
      std::erase(name, '-');
      return name;
    });

TEST(LanguageOf, NumbersFewWordsAndNothingIsUnsure) {
  for (const char* const text : {"", " \n", "42", "2024-11-26 17:00 1,024.50 EUR 12 13 14 15 16 17 18", "OK", "A1"})
    EXPECT_EQ(language_of(text), std::nullopt) << text;
}

TEST(LanguageOf, TwoInEqualPartsIsUnsure) {
  EXPECT_EQ(language_of("All human beings are born free and equal in dignity and rights. They are endowed with reason "
                        "and conscience and should act towards one another in a spirit of brotherhood.\n"
                        "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом."),
            std::nullopt);
}

TEST(LanguageOf, ALongTextIsKnownByItsStart) {
  std::string text;
  while (text.size() < 100'000) text += "Все люди рождаются свободными и равными в своем достоинстве и правах. ";
  EXPECT_EQ(language_of(text), "ru");
}

}  // namespace
}  // namespace docmill::text
