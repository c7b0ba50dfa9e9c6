// A file of the user's own that a command writes.
#pragma once

#include <filesystem>

#include "base/blob.h"
#include "base/error.h"

namespace docmill {

/// Write `bytes` to `path`, in place of a file that is there: whole and flushed, or not at all. The folder must exist.
///
/// Errors: unavailable (it cannot be written; the subject is the path).
Result<void> replace_file(const std::filesystem::path& path, const Blob& bytes);

}  // namespace docmill
