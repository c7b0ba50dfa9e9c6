#include "mill/name_says.h"

#include <gtest/gtest.h>

namespace docmill {
namespace {

TEST(NameSays, GoesByTheLastEndingInAnyCase) {
  EXPECT_EQ(name_says("a/b.pdf"), NameSays::pdf);
  EXPECT_EQ(name_says("B.PdF"), NameSays::pdf);
  EXPECT_EQ(name_says("scan.TIFF"), NameSays::image);
  EXPECT_EQ(name_says("photo.webp"), NameSays::image);
  EXPECT_EQ(name_says("a.pdf.gz"), NameSays::other);
  EXPECT_EQ(name_says("table.csv"), NameSays::other);
  EXPECT_EQ(name_says("a_raw_text.parquet"), NameSays::other);
}

TEST(NameSays, NothingWhereItCannotKnow) {
  for (const char* key : {"scan", "a.b/scan", "scan.", "report.2026", "a.pdf/page", ""})
    EXPECT_EQ(name_says(key), NameSays::nothing) << key;
}

}  // namespace
}  // namespace docmill
