// The words of a command line that belong to no flag: files, and what queue and runs are to do.
#pragma once

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/group_values.h"

namespace docmill {

/// Errors: invalid_input (a FILE is missing, a word that the command does not take).
Result<void> check_positional(const CommandInfo& command, const Arguments& arguments);

/// Put them into the command's own group. REQUIRES: check_positional() found nothing.
///
/// Errors: invalid_input (no such action).
Result<void> take_positional(GroupValues& values, const Arguments& arguments);

}  // namespace docmill
