#include "document/scripts.h"

#include <gtest/gtest.h>

#include <map>
#include <ranges>
#include <set>
#include <string>

#include "document/ocr_language_names.h"

namespace docmill {
namespace {

const Script& script(std::string_view name) {
  for (const Script& one : scripts)
    if (one.name == name) return one;
  throw std::runtime_error(std::string(name));
}

TEST(Scripts, EachHasModelsThatDebianHas) {
  for (const Script& one : scripts) {
    EXPECT_EQ(one.warning, "unread_script_" + std::string(one.name));
    for (const auto& model : std::views::split(one.models, ' '))
      EXPECT_TRUE(is_ocr_language_of_debian(std::string_view(model.begin(), model.end()))) << one.models;
  }
}

// The names in the table of scripts of Debian's osd.traineddata (combine_tessdata -u, column 3 of its unicharset), and
// those that Tesseract makes of several of them (osdetect.cpp).
TEST(Scripts, EveryNameThatTesseractGivesIsKnown) {
  const std::map<std::string, std::string> names{
      {"Han", "han"},           {"Hangul", "hangul"},       {"Arabic", "arabic"},     {"Devanagari", "devanagari"},
      {"Bengali", "bengali"},   {"Telugu", "telugu"},       {"Kannada", "kannada"},   {"Katakana", "japanese"},
      {"Latin", "latin"},       {"Malayalam", "malayalam"}, {"Hiragana", "japanese"}, {"Cyrillic", "cyrillic"},
      {"Tamil", "tamil"},       {"Thai", "thai"},           {"Hebrew", "hebrew"},     {"Greek", "greek"},
      {"Japanese", "japanese"}, {"Korean", "hangul"},       {"Fraktur", "latin"}};
  for (const auto& [detected, name] : names) {
    ASSERT_NE(script_called(detected), nullptr) << detected;
    EXPECT_EQ(script_called(detected)->name, name);
  }
  EXPECT_EQ(script_called("Common"), nullptr);
  EXPECT_EQ(script_called(""), nullptr);
}

TEST(Scripts, IsReadByAModelOfAnyLanguageThatIsWrittenInIt) {
  EXPECT_TRUE(is_read_by(script("cyrillic"), "ukr"));
  EXPECT_TRUE(is_read_by(script("cyrillic"), "eng,deu+rus"));
  EXPECT_TRUE(is_read_by(script("han"), "jpn"));
  EXPECT_TRUE(is_read_by(script("latin"), "rus,pol"));
  EXPECT_FALSE(is_read_by(script("cyrillic"), "eng,deu"));
  EXPECT_FALSE(is_read_by(script("japanese"), "chi_sim"));
  EXPECT_FALSE(is_read_by(script("latin"), "rus,ara,kat,chi_tra_vert"));
  EXPECT_FALSE(is_read_by(script("cyrillic"), "srp_latn"));
}

TEST(Scripts, AreReadByNoneForTheModelThatTellsThem) {
  EXPECT_FALSE(is_read_by(script("latin"), "rus,osd"));
  EXPECT_FALSE(is_read_by(script("thai"), "eng,osd"));
}

TEST(Scripts, AModelOfOnesOwnMayReadAnything) { EXPECT_TRUE(is_read_by(script("thai"), "eng,ledger")); }

TEST(Scripts, NameThePackageToInstall) {
  EXPECT_EQ(package_for(script("cyrillic")), "tesseract-ocr-rus");
  EXPECT_EQ(package_for(script("han")), "tesseract-ocr-chi-sim");
  EXPECT_EQ(script_of_warning("unread_script_greek"), &script("greek"));
  EXPECT_EQ(script_of_warning("unread_text"), nullptr);
}

}  // namespace
}  // namespace docmill
