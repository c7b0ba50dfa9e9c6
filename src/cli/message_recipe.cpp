#include "cli/message_recipe.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/config_file.h"
#include "cli/options/text.h"
#include "cli/recipe_of.h"

namespace docmill {
namespace {

const Option* find_setting(std::string_view key) {
  for (const Option* option : options_of(info_of(Command::worker)))
    if (option->in_message && option->config_key() == key) return option;
  return nullptr;
}

std::string above_the_workers_own(const Option& limit, std::string_view value, const GroupValues& worker) {
  return fmt::format("expected at most {}, which this worker was started with (--{}), found {}",
                     limit.binding.show(worker), limit.flag, value);
}

}  // namespace

std::string message_recipe_of(std::span<const SettingInForce> settings) {
  nlohmann::ordered_json recipe;
  for (const SettingInForce& setting : settings)
    if (setting.option->in_message && (setting.origin.starts_with("flag ") || setting.origin.starts_with("recipe ")))
      recipe[setting.option->config_key()] = setting.value;
  return recipe.empty() ? "" : recipe.dump();
}

Result<Recipe> message_recipe(const GroupValues& worker, std::string_view json) {
  const auto values = parse_config(json);
  if (!values) return std::unexpected(Error(values.error()).within("recipe"));
  GroupValues settings = worker;
  for (const auto& [key, value] : *values) {
    const Option* setting = find_setting(key);
    if (setting == nullptr) return fail(ErrorKind::invalid_input, "recipe", fmt::format("there is no setting {}", key));
    if (const auto expected = setting->binding.assign(settings, value))
      return fail(ErrorKind::invalid_input, fmt::format("recipe: {}", key),
                  expected->starts_with('[') ? complaint_about(setting->path(), *expected, "")
                                             : fmt::format("expected {}", *expected));
    if (setting->is_limit && setting->binding.exceeds(settings, worker))
      return fail(ErrorKind::invalid_input, fmt::format("recipe: {}", key),
                  above_the_workers_own(*setting, value, worker));
  }
  if (worker.get<TextOptions>().ocr == OcrMode::never && settings.get<TextOptions>().ocr != OcrMode::never)
    return fail(ErrorKind::invalid_input, "recipe: ocr", "this worker runs with --ocr never and has no recogniser");
  Recipe recipe = recipe_of(settings);
  if (auto fault = recipe.fault()) return fail(ErrorKind::invalid_input, "recipe", *std::move(fault));
  return recipe;
}

}  // namespace docmill
