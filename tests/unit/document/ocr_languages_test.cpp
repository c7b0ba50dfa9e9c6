#include "document/ocr_languages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <string>

namespace docmill {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A folder of models, empty files each.
class OcrLanguages : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void install(const std::string& language) const { std::ofstream(folder_ / (language + ".traineddata")) << ""; }

  const std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / "ocr_languages";
};

TEST_F(OcrLanguages, AlternativesAreSeparatedByCommas) {
  EXPECT_THAT(ocr_alternatives("eng"), ElementsAre("eng"));
  EXPECT_THAT(ocr_alternatives("eng+deu,rus"), ElementsAre("eng+deu", "rus"));
  EXPECT_THAT(ocr_alternatives("eng,"), ElementsAre("eng", ""));
}

TEST_F(OcrLanguages, InstalledOnesAreSortedAndLanguages) {
  for (const char* name : {"rus", "chi_sim", "osd", "equ", "eng"}) install(name);
  EXPECT_EQ(installed_ocr_languages({folder_}).value(), "chi_sim,eng,rus,osd");
  std::filesystem::remove(folder_ / "osd.traineddata");
  EXPECT_EQ(installed_ocr_languages({folder_}).value(), "chi_sim,eng,rus");
}

TEST_F(OcrLanguages, TheModelOfScriptsStandsBesideLanguages) {
  EXPECT_TRUE(tells_scripts("eng,osd"));
  EXPECT_FALSE(tells_scripts("eng,rus"));
  install("eng");
  const auto kind_of = [&](const char* languages) {
    const auto checked = check_ocr_languages({folder_}, languages);
    return checked ? std::nullopt : std::optional(checked.error().kind);
  };
  EXPECT_EQ(kind_of("eng,osd"), ErrorKind::not_found);
  EXPECT_THAT(check_ocr_languages({folder_}, "eng,osd").error().text(), HasSubstr("the package tesseract-ocr-osd"));
  install("osd");
  EXPECT_EQ(kind_of("eng,osd"), std::nullopt);
  EXPECT_EQ(kind_of("osd,eng"), std::nullopt);
  for (const char* languages : {"osd", "eng+osd", "eng,eng+osd"})
    EXPECT_EQ(kind_of(languages), ErrorKind::invalid_input) << languages;
}

TEST_F(OcrLanguages, NoneAtAllIsNotFound) {
  install("osd");
  for (const auto& folder : {folder_, folder_ / "nowhere"}) {
    const auto installed = installed_ocr_languages({folder});
    ASSERT_FALSE(installed);
    EXPECT_EQ(installed.error().kind, ErrorKind::not_found);
    EXPECT_THAT(installed.error().text(), HasSubstr("tesseract-ocr-eng"));
  }
}

TEST_F(OcrLanguages, TheModelOfScriptsTakesNoPlaceOfALanguage) {
  install("osd");
  std::string all;
  for (std::size_t i = 0; i < ocr_languages_max; ++i) {
    const std::string name = "a" + std::string(1, static_cast<char>('a' + i));
    install(name);
    all += name + ",";
  }
  EXPECT_EQ(installed_ocr_languages({folder_}).value(), all + "osd");
}

TEST_F(OcrLanguages, MoreThanCanBeTriedHaveToBeNamed) {
  for (std::size_t i = 0; i <= ocr_languages_max; ++i) install("a" + std::string(1, static_cast<char>('a' + i)));
  const auto installed = installed_ocr_languages({folder_});
  ASSERT_FALSE(installed);
  EXPECT_EQ(installed.error().kind, ErrorKind::invalid_input);
  EXPECT_THAT(installed.error().text(), HasSubstr("--ocr-languages aa,ab"));
}

TEST_F(OcrLanguages, AMissingOneNamesItsPackage) {
  install("eng");
  EXPECT_TRUE(check_ocr_languages({folder_}, "eng"));
  for (const char* languages : {"eng+chi_tra_vert", "eng,chi_tra_vert"}) {
    const auto checked = check_ocr_languages({folder_}, languages);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, ErrorKind::not_found);
    EXPECT_THAT(checked.error().text(), HasSubstr("the package tesseract-ocr-chi-tra-vert"));
  }
}

TEST_F(OcrLanguages, OfSeveralFoldersTheFirstThatHasOneCounts) {
  install("eng");
  const std::filesystem::path more = folder_ / "more";
  std::filesystem::create_directory(more);
  for (const char* name : {"eng", "deu"}) std::ofstream(more / (std::string(name) + ".traineddata")) << "";
  EXPECT_EQ(installed_ocr_languages({folder_, more}).value(), "deu,eng");
  EXPECT_TRUE(check_ocr_languages({folder_, more}, "eng+deu"));
  EXPECT_EQ(ocr_model({folder_, more}, "eng"), folder_ / "eng.traineddata");
  EXPECT_EQ(ocr_model({folder_, more}, "deu"), more / "deu.traineddata");
  EXPECT_EQ(ocr_model({folder_, more}, "rus"), std::nullopt);
}

// ISO 639-1, ISO 639-2/B, BCP 47 and English names, as https://www.loc.gov/standards/iso639-2/php/code_list.php has
// them.
TEST_F(OcrLanguages, OneByAnotherNameIsAnsweredWithTesseractsAndItsPackage) {
  install("eng");
  const auto answer = [&](const std::string& word) {
    const auto checked = check_ocr_languages({folder_}, word);
    EXPECT_TRUE(!checked && checked.error().kind == ErrorKind::not_found);
    return checked ? "" : checked.error().text();
  };
  for (const char* word : {"de", "DE", "de-DE", "de_AT", "ger", "German", "german", "DEU"})
    EXPECT_THAT(answer(word), HasSubstr("Tesseract's name of this language is deu (in Debian the package "
                                        "tesseract-ocr-deu)"))
        << word;
  EXPECT_THAT(answer("en"), HasSubstr("is eng (in Debian the package tesseract-ocr-eng)"));
  EXPECT_THAT(answer("zh"), HasSubstr("is chi_sim (in Debian the package tesseract-ocr-chi-sim) or chi_tra"));
  EXPECT_THAT(answer("eng+fr"), HasSubstr("is fra"));
  EXPECT_THAT(answer("klingon"), HasSubstr("Debian has no model of that name"));
}

TEST_F(OcrLanguages, AModelOfOnesOwnMayHaveAnyName) {
  install("de");
  EXPECT_TRUE(check_ocr_languages({folder_}, "de"));
}

}  // namespace
}  // namespace docmill
