// A temporary file that nobody else sees.
#pragma once

#include "base/blob.h"
#include "base/error.h"

namespace docmill {

/// For reading and writing, in the folder of temporary files (TMPDIR). It has no name, so it goes with its descriptor,
/// also when the process is killed.
///
/// Errors: unavailable.
Result<FileDescriptor> unnamed_file();

/// What a call on such a file came to: unavailable, "temporary file: cannot write: disk full: ...".
std::unexpected<Error> unnamed_file_failed(int cause, std::string_view step);

}  // namespace docmill
