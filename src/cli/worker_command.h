// `docmill worker`: queue, stores, sandbox and mill put together.
#pragma once

#include "base/error.h"
#include "cli/settings.h"
#include "cli/standard_output.h"

namespace docmill {

/// The exit code. Log goes to stderr, the summary to stdout.
///
/// Errors: what keeps the worker from starting: invalid_input and not_found are the user's, the rest the place's.
Result<int> worker_command(const Settings& settings, StandardOutput& out);

}  // namespace docmill
