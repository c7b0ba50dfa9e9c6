#include "cli/config_file.h"

#include <gtest/gtest.h>

#include <string>

namespace docmill {
namespace {

std::string complaint(std::string_view json) {
  const auto read = parse_config(json);
  return read ? "" : read.error().message;
}

TEST(ConfigFile, TurnsStringsNumbersAndBooleansIntoTexts) {
  const auto read = parse_config(R"({"ocr_dpi": 300, "skip_if_exists": false, "child_memory": "2GiB", "x": 1.50})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at("ocr_dpi"), "300");
  EXPECT_EQ(read->at("skip_if_exists"), "false");
  EXPECT_EQ(read->at("child_memory"), "2GiB");
  EXPECT_EQ(read->at("x"), "1.5");
}

TEST(ConfigFile, JoinsListsAndTheKeysOfObjects) {
  const auto read = parse_config(R"({"outputs": ["text", "words"], "page_images": {"dpi": 72, "prefix": "p/"},
                                     "crops": {"regions": [{"name": "a"}]}})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->at("outputs"), "text,words");
  EXPECT_EQ(read->at("page_images_dpi"), "72");
  EXPECT_EQ(read->at("page_images_prefix"), "p/");
  EXPECT_EQ(read->at("crops_regions"), R"([{"name":"a"}])");
}

TEST(ConfigFile, NamesTheKeyWhoseValueIsOfAnotherKind) {
  EXPECT_EQ(complaint(R"({"a": null})"), "\"a\": expected a string, a number, a boolean or a list, found null");
  EXPECT_EQ(complaint(R"({"a": {"b": {"c": 1}}})"),
            "\"a.b\": expected a string, a number, a boolean or a list, found an object");
}

TEST(ConfigFile, RefusesAKeyThatStandsThereTwice) {
  EXPECT_EQ(complaint(R"({"a": 1, "a": 2})"), "JSON in which the key \"a\" stands twice in one object");
  EXPECT_EQ(complaint(R"({"a_b": 1, "a": {"b": 2}})"), "\"a_b\": it stands there twice, in two spellings");
}

TEST(ConfigFile, ReadsTheObjectUnderAKeyAlone) {
  const auto read = parse_config(R"({"docmill": {"ocr": "never"}, "theirs": {"deep": {"er": null}}})", "docmill");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, (ConfigValues{{"ocr", "never"}}));
  EXPECT_EQ(parse_config("{}", "docmill").error().message, "there is no key \"docmill\"");
  EXPECT_EQ(parse_config(R"({"docmill": 1})", "docmill").error().message,
            "\"docmill\": expected an object of settings, found a number");
}

TEST(ConfigFile, RefusesWhatIsNoObject) {
  EXPECT_NE(complaint("[]"), "");
  EXPECT_NE(complaint("3"), "");
  EXPECT_NE(complaint("\"a\""), "");
  EXPECT_NE(complaint("{\"a\": 1"), "");
  EXPECT_NE(complaint("{\"a\": 1} x"), "");
  EXPECT_NE(complaint(""), "");
  EXPECT_NE(complaint(std::string(1'000'000, '[')), "");
}

}  // namespace
}  // namespace docmill
