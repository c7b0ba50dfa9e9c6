#include "store/place.h"

#include <gtest/gtest.h>

namespace docmill {
namespace {

TEST(Place, IsAFolderOrAPrefixOfABucket) {
  const Place bucket = parse_place("s3://B-1/env=prod/zone=raw/").value();
  EXPECT_EQ(bucket.bucket, "B-1");
  EXPECT_EQ(bucket.prefix, "env=prod/zone=raw/");
  EXPECT_EQ(bucket.uri(), "s3://B-1/env=prod/zone=raw/");
  EXPECT_EQ(parse_place("s3://bucket/a+b c").value().prefix, "a+b c/") << "a prefix is a folder, and bytes as they are";
  EXPECT_EQ(parse_place("s3://bucket").value().prefix, "");
  EXPECT_EQ(parse_place("/data/in").value().prefix, "/data/in/");
  EXPECT_EQ(parse_place("/data/in/").value().path(), "/data/in");
  EXPECT_EQ(parse_place("file:///data/a%20b").value().path(), "/data/a b");
  EXPECT_EQ(parse_place("in").value().path(), "in");
  EXPECT_EQ(parse_place("/").value().path(), "/");
}

TEST(Place, RefusesWhatIsNeither) {
  for (const char* text : {"", "s3://", "s3:///key", "s3://ab", "s3://a..b", "s3://-a/b?", "https://bucket/key",
                           "gs://b/k", "file://host/a"})
    EXPECT_FALSE(parse_place(text)) << text;
}

TEST(Place, NamesDocumentsByWhatFollowsItsPrefix) {
  const Place place = parse_place("s3://bucket/raw").value();
  EXPECT_EQ(place.key_of("bucket", "raw/a/b.pdf"), "a/b.pdf");
  EXPECT_EQ(place.key_of("bucket", "raw2/a.pdf"), std::nullopt);
  EXPECT_EQ(place.key_of("other", "raw/a.pdf"), std::nullopt);
  EXPECT_EQ(parse_place("/data/in").value().key_of(Place::folder_bucket, "/data/in/a.pdf"), "a.pdf");
}

TEST(Place, ContainsWhatLiesBelowIt) {
  const Place raw = parse_place("s3://bucket/raw").value();
  EXPECT_TRUE(raw.contains(raw));
  EXPECT_TRUE(raw.contains(parse_place("s3://bucket/raw/text").value()));
  EXPECT_TRUE(parse_place("s3://bucket").value().contains(raw));
  EXPECT_FALSE(raw.contains(parse_place("s3://bucket/raw-text").value()));
  EXPECT_FALSE(raw.contains(parse_place("s3://other/raw").value()));
}

}  // namespace
}  // namespace docmill
