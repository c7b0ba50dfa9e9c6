// The settings of a recipe that a message carries: configuration keys of the options that are `in_messages`.
#pragma once

#include <string_view>

#include "cli/settings.h"
#include "document/error.h"

namespace docmill {

/// The worker's recipe with what `json`, an object such as {"ocr": "always", "ocr_dpi": 300}, changes of it.
///
/// Errors: invalid_input (a key that no message may set, a value that its option refuses, recognition where the worker
/// has none).
Result<Recipe> recipe_with(const Settings& worker, std::string_view json);

}  // namespace docmill
