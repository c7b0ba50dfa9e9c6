// A folder for temporary files that outlive the process and are nobody else's business.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/error.h"

namespace docmill {

/// "<TMPDIR>/docmill-<user id>/<name>", made if need be. Others can neither enter it nor have made it.
///
/// Errors: unavailable (no folder for temporary files, disk full), denied (somebody else has something of that name).
Result<std::filesystem::path> own_temporary_folder(std::string_view name);

}  // namespace docmill
