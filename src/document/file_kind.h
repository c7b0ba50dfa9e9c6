// Formats of files that are made.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace docmill {

enum class FileKind : std::uint8_t { webp, png, jpeg, json };
inline constexpr std::array file_kinds{FileKind::webp, FileKind::png, FileKind::jpeg, FileKind::json};

std::string_view extension_of(FileKind kind);     // "webp"
std::string_view content_type_of(FileKind kind);  // "image/webp"

}  // namespace docmill
