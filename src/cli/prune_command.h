// `docmill prune`.
#pragma once

#include "cli/settings.h"
#include "cli/standard_output.h"

namespace docmill {

/// The exit code: 0 where everything was looked at, and removed where that was asked for; 3 where the run could not
/// finish. Errors: what opening the places answers, and those of prune().
Result<int> prune_command(const Settings& settings, StandardOutput& out);

}  // namespace docmill
