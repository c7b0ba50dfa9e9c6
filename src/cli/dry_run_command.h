// `docmill sweep --dry-run`.
#pragma once

#include "cli/standard_output.h"
#include "cli/sweep_command.h"

namespace docmill {

/// Prints what a sweep would do with each document, and why. Writes nothing, makes no folder, starts no sandbox.
///
/// The exit code: 0 where all could be looked at; 1 where no document was found and that is a failure; 3 where the run
/// could not finish. Errors: as of sweep_command.
Result<int> dry_run_command(const SettingsOfSweep& settings, StandardOutput& out);

}  // namespace docmill
