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
  EXPECT_EQ(read->at("x"), "1.50");
}

TEST(ConfigFile, NamesTheKeyWhoseValueIsOfAnotherKind) {
  EXPECT_EQ(complaint(R"({"a": null})"), "\"a\": expected a string, a number or a boolean, found null");
  EXPECT_EQ(complaint(R"({"a": {"b": 1}})"), "\"a\": expected a string, a number or a boolean, found an object");
  EXPECT_EQ(complaint(R"({"a": [1]})"), "\"a\": expected a string, a number or a boolean, found an array");
}

TEST(ConfigFile, RefusesAKeyThatStandsThereTwice) {
  EXPECT_EQ(complaint(R"({"a": 1, "a": 2})"), "the key \"a\" stands there twice");
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
