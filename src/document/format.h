// The kinds of document that docmill reads, told apart by their first bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace docmill {

enum class Format : std::uint8_t { unknown, pdf, jpeg, png, tiff, webp, bmp, gif, jpeg2000, mock };

/// PDF readers accept so much before the header; in a file that is named as a PDF, so much more (the lines of a mail
/// gateway, of a print spooler).
inline constexpr std::size_t pdf_junk_size_bytes_max = 1024;
inline constexpr std::size_t named_pdf_junk_size_bytes_max = std::size_t{16} * 1024;

/// So many first bytes are enough for sniff(), with the one bound on junk or with the other.
inline constexpr std::size_t sniff_size_bytes = 4096;
inline constexpr std::size_t named_sniff_size_bytes = named_pdf_junk_size_bytes_max + 64;

/// The format by its magic bytes. Compares bytes with constants and parses nothing, so the parent may call it.
/// `mock` (first line "application/x-docmill-mock") exists in test builds only.
Format sniff(std::span<const std::byte> first_bytes, std::size_t pdf_junk_size_bytes = pdf_junk_size_bytes_max);

/// "%PDF-1.7", or as a comment of PostScript's, "%!PS-Adobe-3.0 PDF-1.7" (ISO 32000-1, annex H, notes 13 and 14).
struct PdfHeader {
  std::size_t offset = 0;          // of the '%'
  std::size_t version_offset = 0;  // of "PDF-"
};

/// The first one that begins within the junk.
std::optional<PdfHeader> find_pdf_header(std::span<const std::byte> first_bytes, std::size_t junk_size_bytes);

/// "application/pdf"; "application/octet-stream" for unknown.
std::string_view media_type(Format format);

}  // namespace docmill
