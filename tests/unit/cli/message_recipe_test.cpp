#include "cli/message_recipe.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace docmill {
namespace {

const std::vector<std::string> values{"always", "eng+deu", "301", "19", "2MiB", "20001", "30s"};

TEST(MessageRecipe, HasExactlyTheOptionsThatTheRecipesHashCovers) {
  for (const Option& option : options()) {
    // A worker loads the languages' models when it starts.
    if (option.flag == "ocr-languages") continue;
    bool changes_hash = false;
    for (const std::string& value : values) {
      Settings settings;
      if (!option.binding.assign(settings, value))
        changes_hash = changes_hash || hash_of(settings.recipe) != hash_of(Recipe{});
    }
    EXPECT_EQ(option.in_message, changes_hash) << option.flag;
  }
}

TEST(MessageRecipe, CarriesWhatWasGivenAsAFlag) {
  Settings settings;
  std::vector<SettingInForce> in_force;
  for (const Option& option : options())
    for (const std::string& value : values)
      if (option.in_message && !option.binding.assign(settings, value)) {
        in_force.push_back({.option = &option,
                            .value = option.binding.show(settings),
                            .origin = "flag --" + std::string(option.flag)});
        break;
      }
  EXPECT_GT(in_force.size(), 8U);
  const Settings other;
  const auto applied = message_recipe(other, message_recipe_of(in_force));
  ASSERT_TRUE(applied) << applied.error().text();
  EXPECT_EQ(hash_of(*applied), hash_of(settings.recipe));
}

TEST(MessageRecipe, LeavesOutWhatCameFromElsewhere) {
  const std::vector<SettingInForce> in_force{
      {.option = find_option("ocr-dpi"), .value = "300", .origin = "environment OCR_DPI"},
      {.option = find_option("queue"), .value = "sqlite:///q.db", .origin = "flag --queue"}};
  EXPECT_EQ(message_recipe_of(in_force), "");
}

TEST(MessageRecipe, RefusesWhatIsNoSettingOfTheRecipe) {
  for (const char* const json :
       {R"({"workers": 3})", R"({"passwords_file": "/etc/passwd"})", R"({"ocr_dpi": 7})", R"({"ocr": {}})", R"([])",
        R"({"font_dir": "/"})", R"({"ocr_dpi": 100, "ocr_dpi": 200})"}) {
    Settings settings;
    const auto applied = message_recipe(settings, json);
    ASSERT_FALSE(applied) << json;
    EXPECT_EQ(applied.error().kind, ErrorKind::invalid_input);
  }
}

}  // namespace
}  // namespace docmill
