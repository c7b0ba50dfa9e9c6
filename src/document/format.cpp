#include "document/format.h"

#include <algorithm>
#include <string>

namespace docmill {
namespace {

using namespace std::string_view_literals;

bool starts_with(std::string_view bytes, std::string_view magic) { return bytes.starts_with(magic); }

bool is_jpeg2000(std::string_view bytes) {
  return starts_with(bytes, "\0\0\0\x0cjP  \r\n\x87\n"sv) || starts_with(bytes, "\xff\x4f\xff\x51"sv);
}

// "BM", file size, two reserved fields that are zero, and the size of a header that some BMP version has.
bool is_bmp(std::string_view bytes) {
  if (bytes.size() < 18 || !starts_with(bytes, "BM"sv) || bytes.substr(6, 4) != "\0\0\0\0"sv) return false;
  const auto header_size = static_cast<unsigned char>(bytes[14]);
  return bytes.substr(15, 3) == "\0\0\0"sv &&
         (header_size == 12 || header_size == 16 || (header_size >= 40 && header_size <= 124));
}

std::string_view text_of(std::span<const std::byte> bytes, std::size_t size_bytes_max) {
  return {reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), size_bytes_max)};
}

/// Where "PDF-" stands in the header that begins at `offset`; npos when none does.
std::size_t version_of_header_at(std::string_view bytes, std::size_t offset) {
  constexpr std::string_view postscript = "%!PS-Adobe-";
  constexpr std::size_t postscript_version_size_max = 16;  // "3.0" and a blank
  const std::string_view rest = bytes.substr(offset);
  if (rest.starts_with("%PDF-"sv)) return offset + 1;
  if (!rest.starts_with(postscript)) return std::string_view::npos;
  const std::string_view line = rest.substr(postscript.size(), postscript_version_size_max + 5);
  const std::size_t version = line.substr(0, line.find_first_of("\r\n"sv)).find(" PDF-"sv);
  return version == std::string_view::npos ? version : offset + postscript.size() + version + 1;
}

}  // namespace

std::optional<PdfHeader> find_pdf_header(std::span<const std::byte> first_bytes, std::size_t junk_size_bytes) {
  constexpr std::size_t header_size_bytes_max = 64;
  const std::string_view bytes = text_of(first_bytes, junk_size_bytes + header_size_bytes_max);
  for (std::size_t at = bytes.find('%'); at <= junk_size_bytes; at = bytes.find('%', at + 1))
    if (const std::size_t version = version_of_header_at(bytes, at); version != std::string_view::npos)
      return PdfHeader{.offset = at, .version_offset = version};
  return std::nullopt;
}

Format sniff(std::span<const std::byte> first_bytes, std::size_t pdf_junk_size_bytes) {
  const std::string_view bytes = text_of(first_bytes, sniff_size_bytes);
  if (starts_with(bytes, "\xff\xd8\xff"sv)) return Format::jpeg;
  if (starts_with(bytes, "\x89PNG\r\n\x1a\n"sv)) return Format::png;
  if (starts_with(bytes, "II*\0"sv) || starts_with(bytes, "MM\0*"sv)) return Format::tiff;
  if (starts_with(bytes, "II+\0"sv) || starts_with(bytes, "MM\0+"sv)) return Format::tiff;
  if (starts_with(bytes, "RIFF"sv) && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP"sv) return Format::webp;
  if (starts_with(bytes, "GIF87a"sv) || starts_with(bytes, "GIF89a"sv)) return Format::gif;
  if (is_jpeg2000(bytes)) return Format::jpeg2000;
  if (is_bmp(bytes)) return Format::bmp;
#ifdef DOCMILL_TESTING
  if (starts_with(bytes, "application/x-docmill-mock\n"sv)) return Format::mock;
#endif
  if (find_pdf_header(first_bytes, pdf_junk_size_bytes)) return Format::pdf;
  return Format::unknown;
}

std::string_view media_type(Format format) {
  switch (format) {
    case Format::unknown:
      return "application/octet-stream";
    case Format::pdf:
      return "application/pdf";
    case Format::jpeg:
      return "image/jpeg";
    case Format::png:
      return "image/png";
    case Format::tiff:
      return "image/tiff";
    case Format::webp:
      return "image/webp";
    case Format::bmp:
      return "image/bmp";
    case Format::gif:
      return "image/gif";
    case Format::jpeg2000:
      return "image/jp2";
    case Format::mock:
      return "application/x-docmill-mock";
  }
  return "";
}

}  // namespace docmill
