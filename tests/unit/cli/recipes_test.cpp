#include "cli/recipes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "cli/commands.h"
#include "cli/recipe_of.h"
#include "document/recipe.h"
#include "unit/cli/command_line.h"

namespace docmill {
namespace {

using testing::HasSubstr;

GroupValues defaults() { return defaults_of(info_of(Command::sweep), Surroundings{}); }

TEST(NamedRecipes, AreRecipes) {
  for (const NamedRecipe& recipe : named_recipes()) {
    const auto settings = parse_recipe(recipe.json);
    ASSERT_TRUE(settings) << recipe.name << ": " << settings.error().text();
    GroupValues values = defaults();
    const auto assigned = assign_recipe(values, *settings);
    EXPECT_TRUE(assigned) << recipe.name << ": " << assigned.error().text();
    EXPECT_FALSE(recipe_of(values).fault()) << recipe.name;
  }
  EXPECT_EQ(find_recipe("none"), nullptr);
}

TEST(NamedRecipes, TheFirstIsTheDefault) {
  GroupValues values = defaults();
  ASSERT_TRUE(assign_recipe(values, parse_recipe(named_recipes().front().json).value()));
  EXPECT_EQ(hash_of(recipe_of(values)), hash_of(Recipe{}));
}

TEST(RecipeJson, HasAllSettingsAndIsReadBack) {
  GroupValues values = defaults();
  ASSERT_TRUE(assign_recipe(values, parse_recipe(R"({"outputs": ["words"], "page_images": {"dpi": 72, "prefix": "p/"},
                                                     "tables": {"prefix": "t/"}, "ocr": "never",
                                                     "trust_min": 0.25, "document_size_max": "1MiB"})")
                                        .value()));
  const std::string json = recipe_json(values);
  GroupValues again = defaults();
  const auto settings = parse_recipe(json);
  ASSERT_TRUE(settings) << settings.error().text() << json;
  EXPECT_EQ(settings->size(), recipe_options().size());
  ASSERT_TRUE(assign_recipe(again, *settings));
  EXPECT_EQ(recipe_json(again), json);
  EXPECT_EQ(hash_of(recipe_of(again)), hash_of(recipe_of(values)));
  EXPECT_EQ(recipe_of(again).layout, recipe_of(values).layout);
}

TEST(RecipeFile, NamesTheKeyThatIsWrongAndTheNearest) {
  EXPECT_THAT(parse_recipe(R"({"page_images": {"dpu": 72}})").error().message,
              HasSubstr("unknown key \"page_images_dpu\"; the nearest is \"page_images.dpi\""));
  EXPECT_THAT(parse_recipe(R"({"workers": 2})").error().message, HasSubstr("unknown key \"workers\""));
  GroupValues values = defaults();
  EXPECT_THAT(assign_recipe(values, parse_recipe(R"({"page_images": {"dpi": 5}})").value()).error().message,
              HasSubstr("\"page_images.dpi\": expected a whole number from 18 to 600, found 5"));
}

TEST(RecipeFile, NamesThePlaceWithinAValueThatIsWrong) {
  GroupValues values = defaults();
  const auto settings = parse_recipe(R"({"crops": {"regions": [{"name": "a", "page": 1, "x0": 36, "y0": 0, "x1": 20,
                                                                "y1": 9}]}})");
  EXPECT_EQ(assign_recipe(values, settings.value()).error().message,
            "\"crops.regions[0].x1\": expected a number that is not below x0 (36), found 20");
}

TEST(RecipeFile, MayNameRegionsAndPages) {
  GroupValues values = defaults();
  const auto settings = parse_recipe(R"({"outputs": ["crops", "text"], "text": {"pages": [1, -1]},
      "crops": {"dpi": 72, "regions": [{"name": "a", "page": 2, "x0": 1, "y0": 2, "x1": 3.5, "y1": 4}]}})");
  ASSERT_TRUE(settings) << settings.error().text();
  ASSERT_TRUE(assign_recipe(values, *settings));
  const Recipe recipe = recipe_of(values);
  EXPECT_EQ(recipe.text_pages, (std::vector<std::int32_t>{-1, 1}));
  EXPECT_EQ(recipe.crops.dpi, 72U);
  EXPECT_EQ(recipe.crops.regions,
            (std::vector<CropRegion>{{.name = "a", .page = 2, .x0 = 1, .y0 = 2, .x1 = 3.5, .y1 = 4}}));
  GroupValues again = defaults();
  ASSERT_TRUE(assign_recipe(again, parse_recipe(recipe_json(values)).value()));
  EXPECT_EQ(hash_of(recipe_of(again)), hash_of(recipe));
}

TEST(RecipeSchema, HasEverySettingOnce) {
  const auto schema = nlohmann::json::parse(recipe_schema());
  std::size_t settings = 0;
  for (const auto& [name, property] : schema["properties"].items()) {
    if (property.value("type", nlohmann::json()) != "object") {
      ++settings;
      continue;
    }
    EXPECT_EQ(property["additionalProperties"], false) << name;
    settings += property["properties"].size();
  }
  EXPECT_EQ(settings, recipe_options().size());
}

TEST_F(CommandLine, ARecipeIsOutweighedByFlagsAndEnvironmentAndOutweighsTheConfiguration) {
  file("recipe.json", R"({"ocr": "never", "ocr_dpi": 111, "batch_size": 7})");
  file("config.json", R"({"ocr_dpi": 222, "min_text_len": 3})");
  surroundings_.environment["BATCH_SIZE"] = "9";
  const auto result = parse(
      {"sweep", "--in", "in", "--out", "out", "--recipe", "recipe.json", "--config", "config.json", "--ocr", "always"});
  ASSERT_TRUE(result) << complaint(result);
  const Recipe recipe = recipe_of(result->settings);
  EXPECT_EQ(recipe.ocr, OcrMode::always);
  EXPECT_EQ(recipe.ocr_dpi, 111U);
  EXPECT_EQ(recipe.batch_size, 9U);
  EXPECT_EQ(recipe.text_length_min, 3U);
}

TEST_F(CommandLine, ARecipeMayBeNamedOrAFile) {
  const auto named = parse({"sweep", "--in", "in", "--out", "out", "--recipe", "app"});
  ASSERT_TRUE(named) << complaint(named);
  EXPECT_EQ(recipe_of(named->settings).layout.tables, "page_text/");
  EXPECT_THAT(complaint(parse({"sweep", "--in", "in", "--out", "out", "--recipe", "ap"})),
              HasSubstr("no recipe of that name; there are text, words, full, app, etl"));
  file("bad.json", R"({"ocr_dpu": 1})");
  EXPECT_THAT(complaint(parse({"sweep", "--in", "in", "--out", "out", "--recipe", "bad.json"})),
              HasSubstr("the nearest is \"ocr_dpi\""));
}

TEST_F(CommandLine, AConfigurationMayBePartOfSomebodyElses) {
  file("app_config.json", R"({"docmill": {"ocr_dpi": 123}, "theirs": [{"x": null}]})");
  const auto result =
      parse({"sweep", "--in", "in", "--out", "out", "--config", "app_config.json", "--config-key", "docmill"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(recipe_of(result->settings).ocr_dpi, 123U);
  EXPECT_FALSE(parse({"sweep", "--in", "in", "--out", "out", "--config", "app_config.json"}));
}

}  // namespace
}  // namespace docmill
