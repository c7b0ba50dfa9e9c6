// The kinds of document that docmill reads, told apart by their first bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace docmill {

enum class Format : std::uint8_t { unknown, pdf, jpeg, png, tiff, webp, bmp, gif, jpeg2000, mock };

/// So many first bytes are enough for sniff(): PDF readers accept up to 1,024 bytes of junk before the header.
inline constexpr std::size_t sniff_size_bytes = 4096;

/// The format by its magic bytes. Compares bytes with constants and parses nothing, so the parent may call it.
/// `mock` (first line "application/x-docmill-mock") exists in test builds only.
Format sniff(std::span<const std::byte> first_bytes);

/// "application/pdf"; "application/octet-stream" for unknown.
std::string_view media_type(Format format);

}  // namespace docmill
