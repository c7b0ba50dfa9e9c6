// `docmill enqueue`: one message for each document of a place.
#pragma once

#include "base/error.h"
#include "cli/settings.h"
#include "cli/standard_output.h"

namespace docmill {

/// Prints what was sent on stdout. Exit codes: 0 a message for every document; 3 the place or the queue failed, or it
/// was told to stop. An Error is something that could not begin.
Result<int> enqueue_command(const Settings& settings, StandardOutput& out);

}  // namespace docmill
