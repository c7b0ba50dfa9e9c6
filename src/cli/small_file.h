// Small files of the user's own that are read whole: configuration, env files, passwords.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace docmill {

inline constexpr std::size_t small_file_size_bytes_max = 1024UL * 1024;

/// Without the byte order mark that Windows' editors put before UTF-8.
///
/// Errors: invalid_input (no such file, no regular file or pipe, not readable, larger than small_file_size_bytes_max,
/// in UTF-16 as its byte order mark says).
Result<std::string> read_small_file(const std::filesystem::path& path);

/// The same of a text that was read already; `name` is the subject of an error.
Result<std::string> text_of_small_file(std::string_view name, std::string_view text);

}  // namespace docmill
