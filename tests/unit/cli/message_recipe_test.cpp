#include "cli/message_recipe.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/options/document_limits.h"
#include "cli/options/outputs.h"
#include "cli/recipe_of.h"

namespace docmill {
namespace {

const CommandInfo& worker_command() { return info_of(Command::worker); }

GroupValues worker_settings() { return defaults_of(worker_command(), {}); }

GroupValues worker_with(const DocumentLimitOptions& limits) {
  GroupValues settings = worker_settings();
  settings.get<DocumentLimitOptions>() = limits;
  return settings;
}

const std::vector<std::string> values{"always",       "eng+deu", "301",  "19",    "2MiB", "20001",
                                      "30s",          "check",   "0.25", "words", "png",  "head:1:0,0,1,0.25:fractions",
                                      "QR Code,ean13"};

constexpr DocumentLimitOptions largest_limits{.document_size_bytes_max = GiB,
                                              .pages_max = 1'000'000,
                                              .page_pixels_max = 1'000'000'000,
                                              .page_output_size_bytes_max = GiB,
                                              .bad_pages_max = 1'000'000};
constexpr DocumentLimitOptions smallest_limits{.document_size_bytes_max = 1,
                                               .pages_max = 1,
                                               .page_pixels_max = 10'000,
                                               .page_output_size_bytes_max = 4 * KiB,
                                               .bad_pages_max = 1};

TEST(MessageRecipe, HasExactlyTheOptionsThatTheRecipesHashCovers) {
  for (const Option* option : options_of(worker_command())) {
    // A worker loads the languages' models when it starts, and says where its outputs lie.
    if (option->in_recipe) continue;
    bool changes_hash = false;
    for (const std::string& value : values) {
      GroupValues settings = worker_settings();
      for (const OutputId output : output_ids) settings.get<OutputsOptions>().outputs.add(output);
      const std::string before = hash_of(recipe_of(settings));
      if (!option->binding.assign(settings, value))
        changes_hash = changes_hash || hash_of(recipe_of(settings)) != before;
    }
    EXPECT_EQ(option->in_message, changes_hash) << option->flag;
  }
}

TEST(MessageRecipe, CarriesWhatWasGivenAsAFlag) {
  GroupValues settings = worker_settings();
  std::vector<SettingInForce> in_force;
  for (const Option* option : options_of(worker_command()))
    for (const std::string& value : values)
      if (option->in_message && !option->binding.assign(settings, value)) {
        in_force.push_back({.option = option,
                            .value = option->binding.show(settings),
                            .origin = "flag --" + std::string(option->flag)});
        break;
      }
  EXPECT_GT(in_force.size(), 8U);
  const auto applied = message_recipe(worker_with(largest_limits), message_recipe_of(in_force));
  ASSERT_TRUE(applied) << applied.error().text();
  EXPECT_EQ(hash_of(*applied), hash_of(recipe_of(settings)));
}

/// Whether `value` changes a limit of the recipe, as the recipe's hash sees it.
bool changes_a_limit(const Option& option, const std::string& value) {
  GroupValues settings = worker_settings();
  if (option.binding.assign(settings, value)) return false;
  Recipe recipe = recipe_of(settings);
  if (hash_of(recipe) == hash_of(Recipe{})) return false;
  recipe.limits = {};
  return hash_of(recipe) == hash_of(Recipe{});
}

TEST(MessageRecipe, LowersTheWorkersLimitsAndRaisesNone) {
  const std::string value = "30000";
  std::set<std::string> limits;
  for (const Option* option : options_of(worker_command())) {
    if (!option->in_message || !changes_a_limit(*option, value)) continue;
    limits.insert(option->config_key());
    const std::string recipe = nlohmann::json{{option->config_key(), value}}.dump();
    EXPECT_TRUE(message_recipe(worker_with(largest_limits), recipe)) << recipe;
    const GroupValues less = worker_with(smallest_limits);
    const auto refused = message_recipe(less, recipe);
    ASSERT_FALSE(refused) << recipe;
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid_input);
    for (const std::string& said : {option->config_key(), value, option->binding.show(less)})
      EXPECT_NE(refused.error().text().find(said), std::string::npos) << refused.error().text();
  }
  EXPECT_EQ(limits.size(), 5U);
}

TEST(MessageRecipe, TakesTheWorkersOwnLimits) {
  const GroupValues worker = worker_settings();
  EXPECT_TRUE(message_recipe(worker, R"({"document_size_max": "512MiB", "pages_max": 50000})"));
}

// The sentence that begins with "`recipe` changes".
TEST(MessageRecipe, TheManualNamesTheKeysThatWork) {
  std::ifstream file(DOCMILL_SOURCE_DIR "/docs/worker.md");
  const std::string manual{std::istreambuf_iterator<char>(file), {}};
  const std::size_t from = manual.find("`recipe` changes");
  ASSERT_NE(from, std::string::npos);
  const std::string sentence = manual.substr(from + 8, manual.find('.', from) - from - 8);
  std::set<std::string> named;
  const std::regex key("`([a-z_]+)`");
  for (std::sregex_iterator found(sentence.begin(), sentence.end(), key); found != std::sregex_iterator(); ++found)
    named.insert((*found)[1]);
  std::set<std::string> working;
  for (const Option* option : options_of(worker_command()))
    if (option->in_message) working.insert(option->config_key());
  EXPECT_EQ(named, working);
}

TEST(MessageRecipe, LeavesOutWhatCameFromElsewhere) {
  const std::vector<SettingInForce> in_force{
      {.option = find_option(worker_command(), "ocr-dpi"), .value = "300", .origin = "environment OCR_DPI"},
      {.option = find_option(worker_command(), "queue"), .value = "sqlite:///q.db", .origin = "flag --queue"}};
  EXPECT_EQ(message_recipe_of(in_force), "");
}

TEST(MessageRecipe, RefusesWhatIsNoSettingOfTheRecipe) {
  for (const char* const json :
       {R"({"workers": 3})", R"({"passwords_file": "/etc/passwd"})", R"({"ocr_dpi": 7})", R"({"ocr": {}})", R"([])",
        R"({"font_dir": "/"})", R"({"ocr_dpi": 100, "ocr_dpi": 200})"}) {
    const auto applied = message_recipe(worker_settings(), json);
    ASSERT_FALSE(applied) << json;
    EXPECT_EQ(applied.error().kind, ErrorKind::invalid_input);
  }
}

}  // namespace
}  // namespace docmill
