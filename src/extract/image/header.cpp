// What each format's header says: constants of the formats and bounds-checked reads, no library.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "extract/image/byte_view.h"
#include "extract/image/gif_frame.h"
#include "extract/image/image.h"
#include "extract/image/tiff_directory.h"
#include "extract/pdf/jpeg2000_header.h"

namespace docmill::image {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t tiff_page_count_max = 65'535;  // libtiff counts directories in 16 bits
constexpr double inches_per_metre = 39.37007874;

// Files say 0, 1 or 65535 where the writer knew nothing.
double plausible_dpi(double dpi) { return dpi >= 30 && dpi <= 4800 ? dpi : 0; }

Header upright(Header header) {
  header.dpi = plausible_dpi(header.dpi);
  if (header.orientation.value < 1 || header.orientation.value > 8) header.orientation.value = 1;
  if (header.orientation.value >= 5) std::swap(header.width_px, header.height_px);
  return header;
}

// The first directory of an EXIF block describes the image that it is in.
void read_exif(std::span<const std::byte> exif, Header& header) {
  const std::vector<TiffDirectory> directories = read_tiff_directories(exif, 1);
  if (directories.empty()) return;
  header.orientation.value = directories.front().orientation;
  if (header.dpi == 0) header.dpi = directories.front().dpi;
}

double jfif_dpi(const ByteView& view, std::uint64_t segment) {
  const double density = view.u16(segment + 10);
  switch (view.u8(segment + 9)) {
    case 1:
      return density;
    case 2:
      return density * 2.54;
    default:
      return 0;
  }
}

bool is_jpeg_frame(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

bool has_no_length(std::uint8_t marker) { return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8); }

// ISO 10918-1, annex B: segments of marker, length and payload, up to the frame header. `at` stands on 0xFF.
Header jpeg_header(std::span<const std::byte> bytes) {
  const ByteView view(bytes, std::endian::big);
  Header header;
  std::uint64_t at = 2;
  while (at + 4 <= view.size()) {
    const std::uint8_t marker = view.u8(at + 1);
    if (view.u8(at) != 0xFF || marker == 0xFF) {  // fill bytes, and junk that libjpeg skips as well
      ++at;
      continue;
    }
    const std::uint64_t segment = at + 2;
    if (is_jpeg_frame(marker)) {
      header.height_px = view.u16(segment + 3);
      header.width_px = view.u16(segment + 5);
      return header;
    }
    if (marker == 0xDA || marker == 0xD9) return header;
    const std::uint64_t length = view.u16(segment);
    if (marker == 0xE0 && view.has(segment + 2, "JFIF\0"sv)) header.dpi = jfif_dpi(view, segment);
    if (marker == 0xE1 && view.has(segment + 2, "Exif\0\0"sv) && length > 8)
      read_exif(view.slice(segment + 8, length - 8), header);
    at = has_no_length(marker) ? segment : segment + std::max<std::uint64_t>(length, 2);
  }
  return header;
}

// PNG, section 5.3: chunks of length, type, data and checksum. What describes the pixels stands before IDAT.
Header png_header(std::span<const std::byte> bytes) {
  const ByteView view(bytes, std::endian::big);
  Header header;
  if (!view.has(12, "IHDR"sv)) return header;
  header.width_px = view.u32(16);
  header.height_px = view.u32(20);
  for (std::uint64_t at = 8; at + 8 <= view.size() && !view.has(at + 4, "IDAT"sv);) {
    const std::uint64_t length = view.u32(at);
    if (view.has(at + 4, "pHYs"sv) && view.u8(at + 16) == 1) header.dpi = view.u32(at + 8) / inches_per_metre;
    if (view.has(at + 4, "eXIf"sv)) read_exif(view.slice(at + 8, length), header);
    at += 12 + length;
  }
  return header;
}

// RFC 9649: the first chunk is a lossy frame, a lossless frame, or the extended header.
Header webp_header(std::span<const std::byte> bytes) {
  const ByteView view(bytes, std::endian::little);
  constexpr std::uint64_t data = 20;
  Header header;
  if (view.size() < data + 10) return header;
  if (view.has(12, "VP8 "sv)) {
    header.width_px = view.u16(data + 6) & 0x3FFFU;
    header.height_px = view.u16(data + 8) & 0x3FFFU;
  } else if (view.has(12, "VP8L"sv) && view.u8(data) == 0x2F) {
    const std::uint32_t bits = view.u32(data + 1);
    header.width_px = (bits & 0x3FFFU) + 1;
    header.height_px = ((bits >> 14U) & 0x3FFFU) + 1;
  } else if (view.has(12, "VP8X"sv)) {
    header.width_px = view.u24(data + 4) + 1;
    header.height_px = view.u24(data + 7) + 1;
  }
  return header;
}

std::uint32_t magnitude(std::uint32_t signed_bits) {
  return (signed_bits >> 31U) != 0 ? 0U - signed_bits : signed_bits;
}

// The height is negative where the rows stand from top to bottom.
Header bmp_header(std::span<const std::byte> bytes) {
  const ByteView view(bytes, std::endian::little);
  Header header;
  if (view.u32(14) == 12) {
    header.width_px = view.u16(18);
    header.height_px = view.u16(20);
  } else {
    header.width_px = magnitude(view.u32(18));
    header.height_px = magnitude(view.u32(22));
    header.dpi = view.u32(38) / inches_per_metre;
  }
  return header;
}

Header gif_header(std::span<const std::byte> bytes) {
  Header header;
  if (const std::optional<GifFrame> frame = find_first_frame(bytes)) {
    header.width_px = frame->width_px;
    header.height_px = frame->height_px;
  }
  return header;
}

Header jpeg2000_header(std::span<const std::byte> bytes) {
  const std::optional<pdf::Jpeg2000Header> found = pdf::read_jpeg2000_header(bytes);
  Header header;
  if (found) {
    header.width_px = found->width_px;
    header.height_px = found->height_px;
  }
  return header;
}

std::vector<Header> tiff_headers(std::span<const std::byte> bytes) {
  std::vector<Header> headers;
  for (const TiffDirectory& directory : read_tiff_directories(bytes, tiff_page_count_max))
    headers.push_back(upright({.width_px = directory.width_px,
                               .height_px = directory.height_px,
                               .dpi = directory.dpi,
                               .orientation = {directory.orientation},
                               .offset = directory.offset}));
  return headers;
}

std::vector<Header> headers_of(std::span<const std::byte> bytes, Format format) {
  switch (format) {
    case Format::jpeg:
      return {upright(jpeg_header(bytes))};
    case Format::png:
      return {upright(png_header(bytes))};
    case Format::tiff:
      return tiff_headers(bytes);
    case Format::webp:
      return {upright(webp_header(bytes))};
    case Format::bmp:
      return {upright(bmp_header(bytes))};
    case Format::gif:
      return {upright(gif_header(bytes))};
    case Format::jpeg2000:
      return {upright(jpeg2000_header(bytes))};
    case Format::unknown:
    case Format::pdf:
    case Format::mock:
      return {};
  }
  return {};
}

}  // namespace

Result<std::vector<Header>> read_headers(std::span<const std::byte> bytes, Format format) {
  std::vector<Header> headers = headers_of(bytes, format);
  if (headers.empty() || headers.front().width_px == 0 || headers.front().height_px == 0)
    return fail(ErrorKind::corrupt, media_type(format), "the header of the image is damaged or cut off");
  return headers;
}

Result<void> check_pixels(const Header& header, const Limits& limits) {
  const std::uint64_t pixels = std::uint64_t{header.width_px} * header.height_px;
  if (pixels <= limits.page_pixels_max) return {};
  return fail(ErrorKind::limit_pixels, "",
              fmt::format("{} x {} pixels, {} are allowed", header.width_px, header.height_px, limits.page_pixels_max));
}

}  // namespace docmill::image
