// Base64, UTF-8 and times, by the examples of their specifications.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/clock.h"
#include "base/utf8.h"

namespace docmill {
namespace {

// RFC 4648, section 10.
TEST(Base64, TestVectorsOfItsSpecification) {
  const std::vector<std::pair<std::string, std::string>> vectors{{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64_encoded(bytes), text);
    EXPECT_EQ(base64_decoded(text), bytes);
  }
}

TEST(Base64, TakesOnlyTheOneSpelling) {
  for (const char* const text :
       {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zg==Zg==", " Zg==", "Zg==\n", "Z-_=", "====", "=a==", "Zg=A"})
    EXPECT_EQ(base64_decoded(text), std::nullopt) << text;
}

// Unicode 15, table 3-7: the first and last of every row, and their neighbours.
TEST(Utf8, TakesWellFormedSequencesAndNoOthers) {
  const std::vector<std::pair<std::string, char32_t>> good{{"\x7f", 0x7f},
                                                           {"\xc2\x80", 0x80},
                                                           {"\xdf\xbf", 0x7ff},
                                                           {"\xe0\xa0\x80", 0x800},
                                                           {"\xed\x9f\xbf", 0xd7ff},
                                                           {"\xee\x80\x80", 0xe000},
                                                           {"\xef\xbf\xbf", 0xffff},
                                                           {"\xf0\x90\x80\x80", 0x10000},
                                                           {"\xf4\x8f\xbf\xbf", 0x10ffff}};
  for (const auto& [text, value] : good) {
    const auto found = first_code_point(text + "x");
    ASSERT_TRUE(found) << testing::PrintToString(text);
    EXPECT_EQ(found->value, value);
    EXPECT_EQ(found->size_bytes, text.size());
    EXPECT_FALSE(text.size() > 1 && first_code_point(text.substr(0, text.size() - 1)));
  }
  for (const std::string& bad :
       {std::string(), std::string("\x80"), std::string("\xc1\xbf"), std::string("\xe0\x9f\xbf"),
        std::string("\xed\xa0\x80"), std::string("\xf0\x8f\xbf\xbf"), std::string("\xf4\x90\x80\x80"),
        std::string("\xf5\x80\x80\x80"), std::string("\xc2x"), std::string("\xff")})
    EXPECT_FALSE(first_code_point(bad)) << testing::PrintToString(bad);
}

TEST(Iso8601, IsUtcWithMicroseconds) {
  EXPECT_EQ(iso8601(WallTime{}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(iso8601(WallTime(std::chrono::microseconds(1'795'311'643'123'456))), "2026-11-22T01:40:43.123456Z");
  EXPECT_EQ(iso8601(WallTime(std::chrono::microseconds(-1))), "1969-12-31T23:59:59.999999Z");
}

}  // namespace
}  // namespace docmill
