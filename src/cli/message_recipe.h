// The recipe's settings in a message: {"ocr": "always", "ocr_dpi": "300"}, with the keys of the configuration file.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/assign.h"
#include "document/recipe.h"

namespace docmill {

/// The settings of the recipe that were given as flags or by --recipe; empty for none.
std::string message_recipe_of(std::span<const SettingInForce> settings);

/// The worker's recipe with what a message changes of it. `worker` has the groups of that command.
///
/// Errors: invalid_input (no flat object, a key that is no setting of the recipe, a value out of its range, a limit
/// above the worker's own, recognition where the worker has no recogniser).
Result<Recipe> message_recipe(const GroupValues& worker, std::string_view json);

}  // namespace docmill
