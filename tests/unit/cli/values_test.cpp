#include "cli/values.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace docmill {
namespace {

using namespace std::chrono_literals;
using Pages = std::vector<std::uint32_t>;

template <typename T>
std::string complaint(const Parsed<T>& parsed) {
  return parsed ? "" : parsed.error();
}

constexpr IntegerRange any_size{};
constexpr DurationRange any_duration{.min = 0ms, .max = 1000h};

TEST(ParseInteger, TakesDigitsWithinTheRange) {
  EXPECT_EQ(parse_integer("50", {50, 600}), 50U);
  EXPECT_EQ(parse_integer("600", {50, 600}), 600U);
  for (const char* wrong : {"49", "601", "", " 60", "60 ", "+60", "-60", "0x60", "6e1", "60.0", "99999999999999999999"})
    EXPECT_EQ(complaint(parse_integer(wrong, {50, 600})), "a whole number from 50 to 600") << wrong;
}

TEST(ParseSize, TakesBinaryUnitsAndPlainBytes) {
  EXPECT_EQ(parse_size("16MiB", any_size), 16'777'216U);
  EXPECT_EQ(parse_size("64kib", any_size), 65'536U);
  EXPECT_EQ(parse_size("1GiB", any_size), 1'073'741'824U);
  EXPECT_EQ(parse_size("1TiB", any_size), 1'099'511'627'776U);
  EXPECT_EQ(parse_size("17", any_size), 17U);
  for (const char* wrong : {"", "MiB", "16MB", "16 MiB", "1.5GiB", "-1", "16M", "18446744073709551615KiB"})
    EXPECT_FALSE(parse_size(wrong, any_size)) << wrong;
}

TEST(ParseSize, NamesTheRange) {
  EXPECT_EQ(complaint(parse_size("1KiB", {4096, 1 << 20})),
            "a size from 4KiB to 1MiB, such as 16MiB, 1GiB or plain bytes");
}

TEST(ParseDuration, TakesUnitsAndPlainSeconds) {
  EXPECT_EQ(parse_duration("500ms", any_duration), 500ms);
  EXPECT_EQ(parse_duration("30s", any_duration), 30s);
  EXPECT_EQ(parse_duration("10m", any_duration), 10min);
  EXPECT_EQ(parse_duration("1h", any_duration), 1h);
  EXPECT_EQ(parse_duration("45", any_duration), 45s);
  for (const char* wrong : {"", "s", "1.5s", "10 m", "-1s", "1d", "9999999999999999999h"})
    EXPECT_FALSE(parse_duration(wrong, any_duration)) << wrong;
}

TEST(ParseBoolean, TakesTheSixWordsInAnyCase) {
  for (const char* word : {"true", "TRUE", "1", "yes", "Yes"}) EXPECT_EQ(parse_boolean(word), true) << word;
  for (const char* word : {"false", "False", "0", "no"}) EXPECT_EQ(parse_boolean(word), false) << word;
  for (const char* wrong : {"", "on", "2", "y", "true "}) EXPECT_FALSE(parse_boolean(wrong)) << wrong;
}

TEST(ParseLanguages, TakesTesseractsNamesAndNoPaths) {
  EXPECT_EQ(parse_languages("eng"), "eng");
  EXPECT_EQ(parse_languages("eng+deu+chi_sim"), "eng+deu+chi_sim");
  EXPECT_EQ(parse_languages("eng+deu,rus"), "eng+deu,rus");
  EXPECT_EQ(parse_languages("auto"), "auto");
  for (const char* wrong : {"", "e", "eng+", "+eng", "eng,", ",eng", "eng+,deu", "../eng", "script/Latin", "eng ", "a2",
                            "abcdefghijklmnopq", "aa+aa+aa+aa,aa+aa+aa+aa+aa"})
    EXPECT_FALSE(parse_languages(wrong)) << wrong;
}

TEST(ParsePath, TakesPathsAndFileUris) {
  EXPECT_EQ(parse_path_or_object("./in"), "./in");
  EXPECT_EQ(parse_path_or_object("file:///data/a%20b"), "/data/a b");
  EXPECT_EQ(parse_path_or_object("s3://bucket/a//b.json"), "s3://bucket/a//b.json");
  for (const char* wrong : {"s3://bucket", "s3://bucket/", "s3://bucket/a/", "https://bucket/a", ""})
    EXPECT_FALSE(parse_path_or_object(wrong)) << wrong;
  EXPECT_EQ(parse_path("./in"), "./in");
  EXPECT_EQ(parse_path("file:///data/a%20b%25"), "/data/a b%");
  EXPECT_EQ(parse_path("a/b://c"), "a/b://c");
  for (const char* wrong : {"", "s3://bucket/prefix", "file://host/a", "file:///a%2", "file:///a%zz", "file:///a%00"})
    EXPECT_FALSE(parse_path(wrong)) << wrong;
}

TEST(ParsePages, TakesNumbersAndRangesInAnyOrder) {
  EXPECT_EQ(parse_pages("1-3,7"), (Pages{0, 1, 2, 6}));
  EXPECT_EQ(parse_pages("7,2-3,3,1"), (Pages{0, 1, 2, 6}));
  for (const char* wrong : {"", "0", "3-1", "1-", "-3", "1,,2", "a", "1-1000001", "1 - 3"})
    EXPECT_FALSE(parse_pages(wrong)) << wrong;
}

TEST(ParsePages, BoundsWhatRepeatedRangesExpandTo) {
  std::string many = "1-1000000";
  for (int i = 0; i < 1000; ++i) many += ",1-1000000";
  EXPECT_FALSE(parse_pages(many));
}

TEST(SizeText, UsesTheLargestUnitThatDivides) {
  EXPECT_EQ(size_text(512ULL << 20U), "512MiB");
  EXPECT_EQ(size_text(1ULL << 30U), "1GiB");
  EXPECT_EQ(size_text(1500), "1500");
  EXPECT_EQ(size_text(0), "0");
}

TEST(DurationText, UsesTheLargestUnitThatDivides) {
  EXPECT_EQ(duration_text(6h), "6h");
  EXPECT_EQ(duration_text(90s), "90s");
  EXPECT_EQ(duration_text(1500ms), "1500ms");
  EXPECT_EQ(duration_text(0ms), "0ms");
}

TEST(ParseDate, TakesDatesAndTimesOfUtc) {
  // date -u -d 2026-11-22T01:40:43Z +%s
  EXPECT_EQ(parse_date("2026-11-22T01:40:43Z")->time_since_epoch(), std::chrono::seconds(1795311643));
  EXPECT_EQ(parse_date("2024-02-29")->time_since_epoch(), std::chrono::seconds(1709164800));
}

TEST(ParseAccount, TakesTwelveDigits) {
  EXPECT_EQ(parse_account("012345678901"), "012345678901");
  for (const char* wrong : {"", "12345678901", "1234567890123", "12345678901a", " 123456789012"})
    EXPECT_FALSE(parse_account(wrong)) << wrong;
}

TEST(ParseDate, RefusesEverythingElse) {
  for (const char* const text : {"", "2026", "2026-13-01", "2026-02-29", "2026-11-22 01:40:43", "2026-11-22T01:40",
                                 "today", "2026-11-22T24:00:00Z", "2026-11-22T01:40:43", "2026-11-22T01:40:43Zx",
                                 "2026-11-22x", "2026-11-22T", " 2026-11-22", "2026-+1-22"})
    EXPECT_FALSE(parse_date(text)) << text;
}

}  // namespace
}  // namespace docmill
