// Small files of the user's own that are read whole: configuration, `.env`, passwords.
#pragma once

#include <filesystem>
#include <string>

#include "document/error.h"

namespace docmill {

inline constexpr std::size_t small_file_size_bytes_max = 1024UL * 1024;

/// Errors: invalid_input (no such file, no regular file or pipe, not readable, larger than small_file_size_bytes_max).
Result<std::string> read_small_file(const std::filesystem::path& path);

}  // namespace docmill
