#include "cli/crop_regions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace docmill {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST(CropRegions, AreReadFromBothForms) {
  const CropRegion head{.name = "head", .page = 1, .x0 = 0, .y0 = 0, .x1 = 1, .y1 = 0.25, .unit = CropUnit::fractions};
  const CropRegion stamp{.name = "s", .page = -1, .x0 = 10, .y0 = 20.5, .x1 = 30, .y1 = 40};
  EXPECT_THAT(parse_crop_regions("head:1:0,0,1,0.25:fractions,s:-1:10,20.5,30,40").value(), ElementsAre(head, stamp));
  EXPECT_THAT(parse_crop_regions(R"([{"name": "head", "page": 1, "x0": 0, "y0": 0, "x1": 1, "y1": 0.25,
                                      "unit": "fractions"},
                                     {"y1": 40, "name": "s", "page": -1, "x0": 10, "y0": 20.5, "x1": 30}])")
                  .value(),
              ElementsAre(head, stamp));
  EXPECT_THAT(parse_crop_regions("").value(), IsEmpty());
}

TEST(CropRegions, AreShownAsTheyAreRead) {
  const auto regions = parse_crop_regions("a:1:0.1,0.2,0.3,0.4,b:2:1,2,3,4:pixels").value();
  EXPECT_EQ(parse_crop_regions(crop_regions_text(regions)).value(), regions);
  EXPECT_EQ(crop_regions_text({}), "");
}

TEST(CropRegions, SayWhatIsWrongAndWhere) {
  for (const char* text : {"a", "a:1", "a:1:1,2,3", "a:1:1,2,3,4,5", "a:1:1,2,x,4", "a:b:1,2,3,4", "a:1:nan,2,3,4",
                           "{}", "[", R"([{"name": "a", "name": "b"}])"})
    EXPECT_THAT(parse_crop_regions(text).error(), StartsWith("regions such as head:1:")) << text;
  EXPECT_THAT(parse_crop_regions("a:0:1,2,3,4").error(), StartsWith("[0].page: expected a page from 1"));
  EXPECT_THAT(parse_crop_regions("a:1:1,2,3,4,b:1:5,2,3,4").error(),
              StartsWith("[1].x1: expected a number that is not below x0 (5), found 3"));
  EXPECT_THAT(parse_crop_regions("a:1:1,2,3,4,a:2:1,2,3,4").error(), StartsWith("[1].name: another region"));
  EXPECT_THAT(parse_crop_regions("a:1:1,2,3,1e300").error(), StartsWith("[0].y1: expected a number from 0 to"));
  EXPECT_THAT(parse_crop_regions("a:1:1,2,3,4:inch").error(), StartsWith("[0].unit: expected points, pixels"));
  EXPECT_THAT(parse_crop_regions(R"([{"nane": "a"}])").error(),
              StartsWith("[0].nane: unknown key; the nearest is \"name\""));
  EXPECT_THAT(parse_crop_regions(R"([{"name": "a", "page": 18446744073709551615}])").error(), StartsWith("[0].page"));
  std::string many = "[";
  for (int i = 0; i < 1001; ++i)
    many += (i > 0 ? "," : "") + std::string(R"({"name": "r)") + std::to_string(i) +
            R"(", "page": 1, "x0": 0, "y0": 0, "x1": 1, "y1": 1})";
  EXPECT_EQ(parse_crop_regions(many + "]").error(), "at most 1000 regions");
}

TEST(TextPages, AreNumbersFromBothEndsEachOnce) {
  EXPECT_THAT(parse_text_pages("2,-1,1,2").value(), ElementsAre(-1, 1, 2));
  EXPECT_THAT(parse_text_pages("").value(), IsEmpty());
  for (const char* text : {"0", "1,", "a", "1-2", "16777216", "99999999999", " 1"})
    EXPECT_FALSE(parse_text_pages(text)) << text;
  EXPECT_EQ(text_pages_text({-1, 2}), "-1,2");
}

}  // namespace
}  // namespace docmill
