#include "cli/recipe_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/options.h"

namespace docmill {
namespace {

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorKind::invalid_input, "recipe", std::move(message));
}

const Option* option_with_key(std::string_view key) {
  const auto all = options();
  const auto found = std::ranges::find_if(all, [&](const Option& option) { return option.config_key() == key; });
  return found != all.end() && found->in_messages ? &*found : nullptr;
}

std::string keys() {
  std::string text;
  for (const Option& option : options())
    if (option.in_messages) text += (text.empty() ? "" : ", ") + option.config_key();
  return text;
}

}  // namespace

Result<Recipe> recipe_with(const Settings& worker, std::string_view json) {
  const auto changes = nlohmann::json::parse(json, nullptr, false);
  if (!changes.is_object()) return refuse("expected an object of settings");
  Settings settings = worker;
  for (const auto& [key, value] : changes.items()) {
    const Option* option = option_with_key(key);
    if (option == nullptr) return refuse(fmt::format("expected only {}, found {}", keys(), key));
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (const auto expected = option->binding.assign(settings, text))
      return refuse(fmt::format("{}: expected {}", key, *expected));
  }
  if (worker.recipe.ocr == OcrMode::never && settings.recipe.ocr != OcrMode::never)
    return refuse("this worker runs with --ocr never and has no recogniser");
  return settings.recipe;
}

}  // namespace docmill
