// Recipes with a name, and recipes in files: JSON objects of the settings that say what is made of a document.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/config_file.h"
#include "cli/option.h"

namespace docmill {

struct NamedRecipe {
  std::string_view name;
  std::string_view description;  // for `docmill recipe list`
  std::string_view json;
};

std::span<const NamedRecipe> named_recipes();
/// Null where there is none of that name.
const NamedRecipe* find_recipe(std::string_view name);

/// The options that are settings of a recipe, in the order of help.
const std::vector<const Option*>& recipe_options();

/// The settings of a recipe, by the keys of options. Their values are not looked at.
///
/// Errors: those of parse_config; invalid_input (a key that is no setting of a recipe; names the nearest).
Result<ConfigValues> parse_recipe(std::string_view json);

/// Assign what parse_recipe gave; `values` has the groups.
///
/// Errors: invalid_input (a value out of its range: where, what was expected and found).
Result<void> assign_recipe(GroupValues& values, const ConfigValues& settings);

/// Why what is named is no recipe, where no file of that name can be read: a word alone may be a mistyped name.
Error unread_recipe(Error error, std::string_view name);

/// The values of all settings of a recipe as JSON that parse_recipe reads; `values` has the groups.
std::string recipe_json(const GroupValues& values);

/// What a recipe may hold, as JSON Schema (draft 7).
std::string recipe_schema();

}  // namespace docmill
