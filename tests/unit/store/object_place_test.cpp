#include "store/object_place.h"

#include <gtest/gtest.h>

namespace docmill {
namespace {

ObjectPlace parsed(std::string_view text) {
  const auto place = parse_object_place(text, ".json");
  EXPECT_TRUE(place) << text << ": " << place.error();
  return place.value_or(ObjectPlace{});
}

TEST(ObjectPlace, IsAFolderAndAName) {
  const ObjectPlace bucket = parsed("s3://bucket/env=prod/pdf_process_history.json");
  EXPECT_EQ(bucket.folder.bucket, "bucket");
  EXPECT_EQ(bucket.folder.prefix, "env=prod/");
  EXPECT_EQ(bucket.name, "pdf_process_history.json");
  EXPECT_EQ(bucket.uri(), "s3://bucket/env=prod/pdf_process_history.json");
  EXPECT_EQ(parsed("s3://bucket/h.json").folder.prefix, "");
  EXPECT_EQ(parsed("/data/a b/h.json").folder.path(), "/data/a b");
  EXPECT_EQ(parsed("file:///data/a%20b/h.json").folder.path(), "/data/a b");
  EXPECT_EQ(parsed("h.json").folder.path(), ".");
  EXPECT_EQ(parsed("h.json").name, "h.json");
}

TEST(ObjectPlace, RefusesWhatHasNoSuchName) {
  for (const char* text : {"", "s3://bucket", "s3://bucket/", "s3://bucket/h", "s3://bucket/h.json/",
                           "s3://bucket/.json", "h.jsonl", ".json", "/", "https://host/h.json"})
    EXPECT_FALSE(parse_object_place(text, ".json")) << text;
}

}  // namespace
}  // namespace docmill
