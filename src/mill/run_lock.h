// One run at a time on one local output.
#pragma once

#include <filesystem>

#include "base/blob.h"
#include "base/error.h"

namespace docmill {

/// Take the lock file `folder`/lock, creating both. The lock goes with the descriptor, so also when the process is
/// killed.
///
/// Errors: unavailable (somebody else holds it; names the process), denied (the file cannot be made).
Result<FileDescriptor> lock_run(const std::filesystem::path& folder);

}  // namespace docmill
