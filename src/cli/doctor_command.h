// `docmill doctor`: whether a run could do its work here.
#pragma once

#include "base/error.h"
#include "cli/settings.h"
#include "cli/standard_output.h"

namespace docmill {

/// Prints what was found; 0 where nothing is in the way, 1 where something is.
Result<int> doctor_command(const Settings& settings, StandardOutput& out);

}  // namespace docmill
