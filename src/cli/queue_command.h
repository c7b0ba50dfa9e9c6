// `docmill queue`: what is in a queue and its dead letters.
#pragma once

#include "base/error.h"
#include "cli/settings.h"
#include "cli/standard_output.h"

namespace docmill {

/// stats, peek, redrive or purge; prints on stdout, for people or as JSON. Exit code 0; an Error is what went wrong.
Result<int> queue_command(const Settings& settings, StandardOutput& out);

}  // namespace docmill
