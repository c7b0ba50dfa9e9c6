#include "cli/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "cli/options/output.h"
#include "cli/options/source.h"
#include "unit/cli/command_line.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Names = std::vector<std::string>;

TEST_F(CommandLine, SweepNeedsAFolderToReadAndOneToWrite) {
  EXPECT_THAT(complaint(parse({"sweep", "--out", "out"})), HasSubstr("--in is missing"));
  EXPECT_THAT(complaint(parse({"sweep", "--in", "in"})), HasSubstr("--out is missing"));
  EXPECT_THAT(complaint(parse({"sweep", "--in", "nowhere", "--out", "out"})),
              HasSubstr("--in " + (dir_ / "nowhere").string() + ": there is no such folder"));
  file("plain", "");
  EXPECT_TRUE(parse({"sweep", "--in", "plain", "--out", "out"}));
  EXPECT_THAT(complaint(parse({"sweep", "--in", "/dev/null", "--out", "out"})),
              HasSubstr("--in /dev/null: this is neither a file nor a folder"));
  EXPECT_THAT(complaint(parse({"worker", "--in", "plain", "--out", "out", "--queue", "sqlite:///q.db"})),
              HasSubstr("this is not a folder, and messages name the documents"));
  EXPECT_THAT(complaint(parse({"sweep", "--in", "in", "--out", "plain"})), HasSubstr("this is not a folder"));
  EXPECT_THAT(complaint(parse({"sweep", "--in", "s3://b/p", "--out", "out"})),
              HasSubstr("--in s3://b/p: expected s3://BUCKET/PREFIX"));
}

TEST_F(CommandLine, OutThatEqualsOrContainsInIsRefused) {
  fs::create_directory_symlink(dir_ / "in", dir_ / "link");
  for (const char* out : {"in", "in/", "./in/../in", ".", "..", "/", "link", "in/x/.."})
    EXPECT_THAT(complaint(parse({"sweep", "--in", "in", "--out", out})), HasSubstr("this is --in or contains it"))
        << out;
}

TEST_F(CommandLine, OutBelowInIsLeftOutOfTheSweep) {
  EXPECT_EQ(
      parse({"sweep", "--in", "in", "--out", "in/results/new"})->settings.get<OutputOptions>().below_source,
      (Names{"results/new/", "results/new/_docmill/", "results/new/pdf_page_images/", "results/new/extracted_links/",
             "results/new/images/", "results/new/crops/", "results/new/pdf-structure/"}));
  EXPECT_EQ(parse({"sweep", "--in", "in/", "--out", "in2"})->settings.get<OutputOptions>().below_source, Names{});
}

TEST_F(CommandLine, PlacesMayBeBuckets) {
  const auto result = parse({"sweep", "--in", "s3://docs/env=prod/raw", "--out", "s3://docs/env=prod/text/"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(result->settings.get<SourceOptions>().place.uri(), "s3://docs/env=prod/raw/");
  EXPECT_EQ(result->settings.get<OutputOptions>().place.uri(), "s3://docs/env=prod/text/");
  EXPECT_EQ(result->settings.get<OutputOptions>().below_source, Names{});
  EXPECT_EQ(parse({"sweep", "--in", "s3://docs/", "--out", "s3://docs/a/text"})
                ->settings.get<OutputOptions>()
                .below_source.front(),
            "a/text/");
  EXPECT_EQ(parse({"sweep", "--in", "in", "--out", "s3://docs/in"})->settings.get<OutputOptions>().below_source,
            Names{});
  for (const char* out : {"s3://docs/a", "s3://docs/a/", "s3://docs"})
    EXPECT_THAT(complaint(parse({"sweep", "--in", "s3://docs/a/", "--out", out})),
                HasSubstr("this is --in or contains it"));
}

TEST_F(CommandLine, OutMayContainInWhereNoneOfItsPrefixesDoes) {
  const auto result =
      parse({"sweep", "--in", "s3://docs/source-pdfs/", "--out", "s3://docs/", "--tables-prefix", "page_text/"});
  ASSERT_TRUE(result) << complaint(result);
  const auto& output = result->settings.get<OutputOptions>();
  EXPECT_EQ(output.below_source, Names{});
  EXPECT_EQ(output.prefixes.front().uri(), "s3://docs/page_text/");
  EXPECT_THAT(complaint(parse({"sweep", "--in", "s3://docs/page_text/raw/", "--out", "s3://docs/", "--tables-prefix",
                               "page_text/"})),
              HasSubstr("outputs are written to page_text/ there, which is --in or contains it"));
  const auto below = parse({"sweep", "--in", "in", "--out", "in", "--tables-prefix", "text/"});
  ASSERT_TRUE(below) << complaint(below);
  EXPECT_EQ(
      below->settings.get<OutputOptions>().below_source,
      (Names{"text/", "_docmill/", "pdf_page_images/", "extracted_links/", "images/", "crops/", "pdf-structure/"}));
}

TEST_F(CommandLine, InMayBeNamedAsTheFilesOfAnOutputThatNobodyMakes) {
  const auto sweep_with = [&](const std::string& outputs) {
    return parse({"sweep", "--in", "s3://docs/images/", "--out", "s3://docs/", "--tables-prefix", "page_text/",
                  "--outputs", outputs});
  };
  EXPECT_TRUE(sweep_with("text,page_images")) << complaint(sweep_with("text,page_images"));
  EXPECT_THAT(complaint(sweep_with("text,images")),
              HasSubstr("outputs are written to images/ there, which is --in or contains it"));
  // Messages may name them.
  EXPECT_THAT(complaint(parse({"worker", "--in", "s3://docs/images/", "--out", "s3://docs/", "--tables-prefix",
                               "page_text/", "--queue", "sqlite:///q.db"})),
              HasSubstr("outputs are written to images/ there"));
}

TEST_F(CommandLine, APrefixIsAFolder) {
  for (const char* const prefix : {"text", "/text/", "a//b/", "../"})
    EXPECT_THAT(complaint(parse({"sweep", "--in", "in", "--out", "out", "--tables-prefix", prefix})),
                HasSubstr("expected folders with a slash behind each"))
        << prefix;
  EXPECT_THAT(complaint(parse({"sweep", "--in", "in", "--out", "out", "--page-images-prefix", "_docmill/x/"})),
              HasSubstr("_docmill/ is docmill's own"));
}

TEST_F(CommandLine, ABucketWithPrefixesIsAnotherSpellingOfPlaces) {
  const auto result = parse({"sweep", "--bucket", "docs", "--in-prefix", "raw/", "--out-prefix", "text"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(result->settings.get<SourceOptions>().place.uri(), "s3://docs/raw/");
  EXPECT_EQ(result->settings.get<OutputOptions>().place.uri(), "s3://docs/text/");
  EXPECT_EQ(parse({"sweep", "--bucket", "docs", "--out-prefix", "text"})->settings.get<SourceOptions>().place.uri(),
            "s3://docs/");
  EXPECT_EQ(parse({"sweep", "--bucket", "docs", "--in", "in", "--out-prefix", "text"})
                ->settings.get<SourceOptions>()
                .place.path(),
            dir_ / "in");
  EXPECT_EQ(parse({"sweep", "--bucket", "docs", "--out", "out"})->settings.get<OutputOptions>().place.path(),
            dir_ / "out");
  EXPECT_THAT(complaint(parse({"sweep", "--in-prefix", "a", "--out", "out"})), HasSubstr("--bucket is missing"));
  EXPECT_THAT(complaint(parse({"sweep", "--bucket", "docs", "--in", "in", "--in-prefix", "a", "--out", "out"})),
              HasSubstr("--in: this and --in-prefix say the same"));
  EXPECT_THAT(complaint(parse({"sweep", "--bucket", "docs", "--in-prefix", "/a", "--out", "out"})),
              HasSubstr("--in-prefix /a: keys begin without a slash"));
  EXPECT_THAT(complaint(parse({"sweep", "--bucket", "s3://docs", "--out-prefix", "text"})),
              HasSubstr("--bucket s3://docs: expected"));
  EXPECT_THAT(complaint(parse({"sweep", "--bucket", "docs"})), HasSubstr("--out is missing"));
  // Also where no place is made of it.
  EXPECT_THAT(complaint(parse({"runs", "list", "--bucket", "a/b"})), HasSubstr("--bucket a/b: expected"));
}

}  // namespace
}  // namespace docmill
