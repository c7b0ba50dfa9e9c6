// docmill recipe list|show|check: what can be made of a document, and with which settings.
#pragma once

#include "cli/options/json.h"
#include "cli/options/recipe.h"
#include "cli/settings_of.h"
#include "cli/standard_output.h"
#include "cli/surroundings.h"

namespace docmill {

using SettingsOfRecipe = SettingsOf<RecipeCommandOptions, JsonOptions>;

/// Prints on stdout. Exit code 0.
///
/// Errors: invalid_input (no such recipe, or one that is wrong; says where).
Result<int> recipe_command(const SettingsOfRecipe& settings, const Surroundings& surroundings, StandardOutput& out);

}  // namespace docmill
