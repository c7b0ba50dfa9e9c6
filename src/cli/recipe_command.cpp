#include "cli/recipe_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/absolute.h"
#include "cli/commands.h"
#include "cli/recipe_of.h"
#include "cli/recipes.h"
#include "cli/small_text.h"
#include "cli/values.h"
#include "cli/wrapped.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

void list_recipes(const SettingsOfRecipe& settings, StandardOutput& out) {
  if (settings.get<JsonOptions>().on) {
    auto list = nlohmann::ordered_json::array();
    for (const NamedRecipe& recipe : named_recipes())
      list.push_back({{"name", recipe.name}, {"description", recipe.description}});
    out.print(list.dump(2) + "\n");
    return;
  }
  for (const NamedRecipe& recipe : named_recipes())
    out.print(fmt::format("{:<8} {}\n", recipe.name, recipe.description));
}

/// By its name, or of a file or object.
Result<std::string> read_recipe(const std::string& name, const Surroundings& surroundings) {
  if (const NamedRecipe* const recipe = find_recipe(name)) return std::string(recipe->json);
  auto path = parse_path_or_object(name);
  if (!path) return fail(ErrorKind::invalid_input, name, "expected " + path.error());
  make_absolute(*path, surroundings.working_dir);
  auto text = read_small_text(*path, {}, {.arguments = {}, .environment = surroundings.environment});
  if (!text) return std::unexpected(unread_recipe(std::move(text).error(), name));
  return text;
}

/// The settings that a recipe comes to.
Result<GroupValues> values_of(const std::string& name, const Surroundings& surroundings) {
  const auto json = read_recipe(name, surroundings);
  if (!json) return std::unexpected(json.error());
  const auto settings = parse_recipe(*json);
  if (!settings) return std::unexpected(Error(settings.error()).within(name));
  GroupValues values = defaults_of(info_of(Command::sweep), surroundings);
  if (auto assigned = assign_recipe(values, *settings); !assigned)
    return std::unexpected(std::move(assigned).error().within(name));
  if (const auto fault = recipe_of(values).fault()) return fail(ErrorKind::invalid_input, name, *fault);
  return values;
}

/// A setting a paragraph: its value, and below it what it means.
std::string text_of(const GroupValues& values) {
  std::string text;
  for (const Option* option : recipe_options()) {
    const std::string value = printable(option->binding.show(values), Lines::escape);
    const std::string initial = option->default_shown();
    const std::string& accepted = option->binding.accepted;
    text += fmt::format("{} = {}\n    ", option->path(), value.empty() ? "\"\"" : value);
    append_wrapped(text,
                   fmt::format("{} [{}{}default {}]", option->help, accepted, accepted.empty() ? "" : "; ",
                               initial.empty() ? "\"\"" : initial),
                   4, 4);
  }
  return text + fmt::format("\nrecipe hash {}\n", hash_of(recipe_of(values)));
}

}  // namespace

Result<int> recipe_command(const SettingsOfRecipe& settings, const Surroundings& surroundings, StandardOutput& out) {
  const auto& own = settings.get<RecipeCommandOptions>();
  if (own.action == RecipeAction::list) {
    list_recipes(settings, out);
    return 0;
  }
  const auto values = values_of(own.name, surroundings);
  if (!values) return std::unexpected(values.error());
  if (own.action == RecipeAction::check) {
    const Recipe recipe = recipe_of(*values);
    out.print(printable(fmt::format("{} is a recipe: it makes {}; hash {}", own.name, names_of(recipe.outputs),
                                    hash_of(recipe)),
                        Lines::escape) +
              "\n");
    return 0;
  }
  out.print(settings.get<JsonOptions>().on ? recipe_json(*values) : text_of(*values));
  return 0;
}

}  // namespace docmill
