#include "document/page_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace docmill {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Recipe etl() {
  Recipe recipe;
  recipe.outputs = {OutputId::text, OutputId::crops};
  recipe.text_pages = {-1, 1};
  recipe.crops.regions = {{.name = "a", .page = 2}, {.name = "b", .page = -1}, {.name = "c", .page = 2}};
  return recipe;
}

TEST(PageIndex, CountsFromBothEnds) {
  EXPECT_EQ(page_index_of(1, 3), 0U);
  EXPECT_EQ(page_index_of(3, 3), 2U);
  EXPECT_EQ(page_index_of(-1, 3), 2U);
  EXPECT_EQ(page_index_of(-3, 3), 0U);
  for (const std::int32_t page : {0, 4, -4, INT32_MAX, INT32_MIN}) EXPECT_EQ(page_index_of(page, 3), std::nullopt);
}

TEST(PagesNeeded, AreAllUnlessEveryOutputNamesIts) {
  EXPECT_TRUE(needs_all_pages({}));
  EXPECT_THAT(pages_needed({}, 3), ElementsAre(0, 1, 2));
  Recipe recipe = etl();
  EXPECT_FALSE(needs_all_pages(recipe));
  EXPECT_THAT(pages_needed(recipe, 9), ElementsAre(0, 1, 8));
  EXPECT_THAT(pages_needed(recipe, 1), ElementsAre(0)) << "the first is the last, and there is no second";
  for (const OutputId output : {OutputId::page_images, OutputId::codes, OutputId::images}) {
    Recipe more = recipe;
    more.outputs.add(output);
    EXPECT_TRUE(needs_all_pages(more));
    EXPECT_EQ(count_pages_needed(more, 9), 9U);
  }
  recipe.outputs = {OutputId::structure};
  EXPECT_THAT(pages_needed(recipe, 9), ElementsAre(0)) << "regions and pages of outputs that nobody asked for";
  recipe.outputs = {OutputId::crops};
  recipe.crops.regions = {{.name = "a", .page = 5}};
  EXPECT_THAT(pages_needed(recipe, 3), IsEmpty());
}

TEST(PagesNeeded, AreDueUpToTheLimit) {
  Recipe recipe = etl();
  recipe.limits.pages_max = 2;
  EXPECT_EQ(count_pages_needed(recipe, 9), 3U);
  EXPECT_EQ(count_pages_due(recipe, 9), 2U);
  Recipe plain;
  plain.limits.pages_max = 4;
  EXPECT_EQ(count_pages_due(plain, 9), 4U);
}

TEST(PagesNeeded, ThoseFromTheBeginningAreAmongTheFirstLook) {
  EXPECT_EQ(pages_of_first_look(etl()), 2U);
  Recipe recipe = etl();
  recipe.crops.regions[0].page = 1'000'000;
  EXPECT_EQ(pages_of_first_look(recipe), 2U) << "not a million pages";
  recipe.outputs = {OutputId::structure};
  EXPECT_EQ(pages_of_first_look(recipe), 1U);
}

TEST(Regions, AreFoundByTheirPage) {
  EXPECT_THAT(regions_on(etl(), 1, 9), ElementsAre(0, 2));
  EXPECT_THAT(regions_on(etl(), 1, 2), ElementsAre(0, 1, 2));
  Recipe others = etl();
  others.outputs.remove({OutputId::crops});
  EXPECT_THAT(regions_on(others, 1, 9), IsEmpty());
}

TEST(Crops, HaveNamesThatAreFilesAndSidesThatAreJpegs) {
  for (const char* name : {"a", "lead_ii", "A-1.b", "_"}) EXPECT_EQ(fault_of_crop_name(name), std::nullopt) << name;
  for (const char* name : {"", ".", "..", ".a", "a/b", "a\\b", "a b", "a\n", "\u00fc", "a:b"})
    EXPECT_TRUE(fault_of_crop_name(name)) << name;
  EXPECT_FALSE(fault_of_crop_name(std::string(100, 'a')));
  EXPECT_TRUE(fault_of_crop_name(std::string(101, 'a')));
  Crops crops{.regions = {{.name = "a", .x1 = 65'500, .y1 = 1, .unit = CropUnit::pixels}}};
  EXPECT_EQ(crops.fault(), std::nullopt);
  crops.regions[0].x1 = 65'501;
  EXPECT_THAT(crops.fault().value(), HasSubstr("crops.regions[0]: 65501 pixels"));
  crops.regions[0] = {.name = "a", .x1 = 72 * 655.01, .y1 = 1};
  EXPECT_TRUE(crops.fault());
  crops.dpi = 99;
  EXPECT_EQ(crops.fault(), std::nullopt);
  crops.regions.push_back(crops.regions[0]);
  EXPECT_THAT(crops.fault().value(), HasSubstr("crops.regions[1].name"));
  Recipe recipe;
  recipe.outputs = {OutputId::crops};
  EXPECT_THAT(recipe.fault().value(), HasSubstr("needs regions"));
}

}  // namespace
}  // namespace docmill
