// "docmill --mode sweep ..." is another spelling of "docmill sweep ...", for deployments that came before.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/surroundings.h"

namespace docmill {

/// The command with this name, or this name of a mode; nullptr when there is none.
const CommandInfo* find_command(std::string_view name);

/// The words of a command line with the command in front. Where the words name none, its variable does.
///
/// Errors: invalid_input (a mode without a name, two commands).
Result<std::vector<std::string>> with_command_first(std::span<const std::string> given, const Environment& environment);

}  // namespace docmill
