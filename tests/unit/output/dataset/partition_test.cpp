#include "output/dataset/partition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace docmill {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string folders(std::string_view expression, std::string_view uri) {
  const auto rule = PartitionRule::create(expression);
  return rule ? rule->of(uri).folders : rule.error().text();
}

TEST(PartitionRule, NamedGroupsBecomeFoldersInTheirOrder) {
  EXPECT_EQ(folders("/(?<zone>[a-z]+)/(?<the_year>[0-9]{4})/", "s3://b/raw/2026/a.pdf"), "zone=raw/the_year=2026/");
  EXPECT_EQ(folders("(?P<year>[0-9]{4})", "file:///in/2026/a.pdf"), "year=2026/") << "as Python and RE2 write it";
}

TEST(PartitionRule, WhatOnlyLooksLikeANamedGroupIsLeftAsItIs) {
  EXPECT_EQ(folders("(?<=/)(?<y>[0-9]+)(?<!x)/", "s3://b/12/a.pdf"), "y=12/");
  EXPECT_EQ(folders(R"(\(?<a>|[(?<x>]+|(?<y>9))", "9"), "y=9/") << "escaped, and in a set";
  EXPECT_EQ(folders(R"(\Q(?<a>\E(?<y>.))", "(?<a>7"), "y=7/");
}

TEST(PartitionRule, WithoutARuleThereAreNoFolders) { EXPECT_EQ(PartitionRule().of("s3://b/a.pdf").folders, ""); }

TEST(PartitionRule, AnAddressThatDoesNotMatchHasTheDefaultPartition) {
  const auto rule = PartitionRule::create("/(?<y>[0-9]{4})/(?<m>[0-9]{2})?");
  const auto other = rule->of("s3://b/a.pdf");
  EXPECT_FALSE(other.matched);
  EXPECT_EQ(other.folders, "y=__HIVE_DEFAULT_PARTITION__/m=__HIVE_DEFAULT_PARTITION__/");
  const auto half = rule->of("s3://b/2026/a.pdf");
  EXPECT_TRUE(half.matched);
  EXPECT_EQ(half.folders, "y=2026/m=__HIVE_DEFAULT_PARTITION__/");
}

TEST(PartitionRule, ValuesAreEncodedAsHiveDoesIt) {
  EXPECT_EQ(hive_encoded("a=b/c:d%20"), "a%3Db%2Fc%3Ad%2520");
  EXPECT_EQ(hive_encoded("grün & [x]"), "grün & %5Bx%5D");
  EXPECT_EQ(folders("(?<all>b/.*)", "s3://b/é.pdf"), "all=b%2Fé.pdf/") << "places are counted in bytes";
}

TEST(PartitionRule, AValueThatIsNoNameOfAFileIsNoPartition) {
  const auto rule = PartitionRule::create("(?<all>.*)");
  EXPECT_FALSE(rule->of(std::string(300, 'a')).matched);
}

TEST(PartitionRule, AnExpressionThatWouldTakeForEverIsGivenUp) {
  const auto rule = PartitionRule::create("(?<x>(a+)+)$");
  EXPECT_FALSE(rule->of(std::string(5'000, 'a') + "b").matched);
  EXPECT_TRUE(rule->of("aaa").matched) << "the next is not given up";
}

TEST(PartitionRule, MistakesAreTold) {
  EXPECT_THAT(folders("/[0-9]{4}/", ""), HasSubstr("no named group"));
  EXPECT_THAT(folders("(?<a>x", ""), HasSubstr("no regular expression"));
  EXPECT_THAT(folders("(?<a>x)(?<a>y)", ""), HasSubstr("two groups are named `a`"));
  EXPECT_THAT(folders("(?<1>x)", ""), HasSubstr("no name of a column"));
  EXPECT_THAT(folders("(?<a", ""), HasSubstr("no name of a column"));
  EXPECT_THAT(PartitionRule::create("(?<b>.)(?<a>.)")->columns(), ElementsAre("b", "a"));
}

}  // namespace
}  // namespace docmill
