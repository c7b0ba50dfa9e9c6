// Formats of pictures and documents that docmill does not read, so that they are told by name and not as damaged.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace docmill {

/// So many first bytes are enough.
inline constexpr std::size_t foreign_format_size_bytes = 64;

/// "HEIC" or "a ZIP archive, as of Word, Excel or OpenDocument"; empty for what is none that is known. Compares bytes
/// with constants and parses nothing.
std::string_view foreign_format(std::span<const std::byte> first_bytes);

/// The same by the ending of a name, where no byte was read.
std::string_view foreign_format_by_name(std::string_view name);

}  // namespace docmill
