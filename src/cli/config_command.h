// `docmill config`: the settings in force and where each came from.
#pragma once

#include <string>

#include "cli/command.h"

namespace docmill {

/// A table of settings, for people, with the hash of the recipe that they make. Of the passwords only the file's path.
std::string config_text(const Invocation& invocation);

}  // namespace docmill
