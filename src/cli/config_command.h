// `docmill config`: the settings in force and where each came from.
#pragma once

#include <string>

#include "cli/options/json.h"
#include "cli/settings_of.h"

namespace docmill {

struct Invocation;

/// Its own; what it shows are the groups of sweep and worker.
using SettingsOfConfig = SettingsOf<JsonOptions>;

/// A table of settings, for people, with the hash of the recipe that they make. Of the passwords only the file's path.
std::string config_text(const Invocation& invocation);

/// For scripts: {"settings": {"ocr_dpi": {"value": "300", "origin": "environment OCR_DPI"}}, "recipe_hash": "..."}. A
/// value is the text that the option takes, null where it has none.
std::string config_json(const Invocation& invocation);

}  // namespace docmill
