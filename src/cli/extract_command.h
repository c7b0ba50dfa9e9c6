// `docmill extract`: documents to the terminal, through the same sandbox as a sweep.
#pragma once

#include "base/error.h"
#include "cli/settings.h"
#include "cli/standard_output.h"

namespace docmill {

/// The exit code: 0 every page of every document was read, 1 not, 2 what is named is no document's address, 3 told to
/// stop. Output goes to stdout, errors to stderr.
///
/// Errors: what keeps it from starting.
Result<int> extract_command(const Settings& settings, StandardOutput& out);

}  // namespace docmill
