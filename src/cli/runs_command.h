// `docmill runs list|show|prune`.
#pragma once

#include "cli/settings.h"
#include "cli/standard_output.h"

namespace docmill {

/// The exit code: 0; of show 2 where there is no such run. Errors: what the place answers.
Result<int> runs_command(const Settings& settings, StandardOutput& out);

}  // namespace docmill
