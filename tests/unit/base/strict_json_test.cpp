#include "base/strict_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace docmill {
namespace {

using testing::HasSubstr;

std::string complaint(const std::string& text, const JsonLimits& limits = {.size_bytes_max = 1000}) {
  const auto json = parse_strict_json(text, limits);
  if (json) return "none";
  EXPECT_EQ(json.error().kind, ErrorKind::invalid_input);
  return json.error().message;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(StrictJson, ReadsWhatRfc8259Allows) {
  const auto json = parse_strict_json(R"( {"a": [1, -2.5e3, true, null, "\u00fc\ud83d\ude00"], "b": {"a": {}}} )",
                                      {.size_bytes_max = 1000});
  ASSERT_TRUE(json) << json.error().text();
  EXPECT_EQ(json->at("a").at(4), "ü😀");
  EXPECT_EQ(complaint("7"), "none");
}

TEST(StrictJson, RefusesWhatIsNoJson) {
  for (const char* const text : {"", "{", "{} x", "{'a': 1}", "[NaN]", "[Infinity]", "[1e999]", "[01]", "[1,]",
                                 "// c\n1", "\"\xff\"", "\"\\ud800\"", "\"\n\"", "\"\xed\xa0\x80\""})
    EXPECT_THAT(complaint(text), HasSubstr("no JSON")) << text;
}

TEST(StrictJson, RefusesAKeyThatStandsTwiceInOneObject) {
  EXPECT_THAT(complaint(R"({"a":1,"b":2,"a":1})"), HasSubstr("twice"));
  EXPECT_THAT(complaint(R"([{"x":{"a":1,"\u0061":1}}])"), HasSubstr("twice"));
  EXPECT_EQ(complaint(R"({"a":{"a":[{"a":1},{"a":1}]}})"), "none");
}

TEST(StrictJson, HoldsItsLimits) {
  EXPECT_EQ(complaint(nested(64)), "none");
  EXPECT_THAT(complaint(nested(65)), HasSubstr("deeper than 64"));
  EXPECT_THAT(complaint(nested(500'000), {.size_bytes_max = 1 << 20}), HasSubstr("deeper"));
  EXPECT_EQ(complaint("[12]", {.size_bytes_max = 4}), "none");
  EXPECT_THAT(complaint("[123]", {.size_bytes_max = 4}), HasSubstr("5 bytes; 4 are allowed"));
}

}  // namespace
}  // namespace docmill
