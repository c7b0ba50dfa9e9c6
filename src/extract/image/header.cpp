// What each format's header says: constants of the formats and bounds-checked reads, no library.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "extract/image/byte_view.h"
#include "extract/image/gif_frame.h"
#include "extract/image/image.h"
#include "extract/image/jpeg_lines.h"
#include "extract/image/resolution.h"
#include "extract/image/row_reducer.h"
#include "extract/image/tiff_directory.h"
#include "extract/pdf/jpeg2000_header.h"

namespace docmill::image {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t tiff_page_count_max = 65'535;  // libtiff counts directories in 16 bits
constexpr double inches_per_metre = 39.37007874;

/// What a reader of a format's header gathers; the axes are those of the stored pixels.
struct Stored {
  PixelSize size;
  Resolution resolution = {};
  std::uint16_t orientation = 1;
  std::uint64_t offset = 0;
  bool has_more_frames = false;
};

Header upright(const Stored& stored) {
  Header header{.width_px = stored.size.width,
                .height_px = stored.size.height,
                .orientation = {stored.orientation},
                .offset = stored.offset,
                .has_more_frames = stored.has_more_frames};
  if (header.orientation.value < 1 || header.orientation.value > 8) header.orientation.value = 1;
  if (header.orientation.swaps_axes()) std::swap(header.width_px, header.height_px);
  set_resolution(header, stored.resolution);
  return header;
}

bool says_dpi(const Resolution& resolution) { return resolution.unit_known && resolution.x > 0; }

// The first directory of an EXIF block describes the image that it is in.
void read_exif(std::span<const std::byte> exif, Stored& stored) {
  const std::vector<TiffDirectory> directories = read_tiff_directories(exif, 1);
  if (directories.empty()) return;
  stored.orientation = directories.front().orientation;
  const Resolution& resolution = directories.front().resolution;
  if (!says_dpi(stored.resolution) && says_dpi(resolution)) stored.resolution = resolution;
}

Resolution jfif_resolution(const ByteView& view, std::uint64_t segment) {
  const Resolution stated{.x = static_cast<double>(view.u16(segment + 10)),
                          .y = static_cast<double>(view.u16(segment + 12)),
                          .unit_known = view.u8(segment + 9) != 0};
  constexpr std::uint8_t per_cm = 2;
  if (view.u8(segment + 9) != per_cm) return stated;
  return {.x = stated.x * 2.54, .y = stated.y * 2.54};
}

bool is_jpeg_frame(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

bool has_no_length(std::uint8_t marker) { return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8); }

// ISO 10918-1, annex B: segments of marker, length and payload, up to the frame header. `at` stands on 0xFF.
Stored jpeg_header(std::span<const std::byte> bytes) {
  const ByteView view(bytes, std::endian::big);
  Stored header;
  std::uint64_t at = 2;
  while (at + 4 <= view.size()) {
    const std::uint8_t marker = view.u8(at + 1);
    if (view.u8(at) != 0xFF || marker == 0xFF) {  // fill bytes, and junk that libjpeg skips as well
      ++at;
      continue;
    }
    const std::uint64_t segment = at + 2;
    if (is_jpeg_frame(marker)) {
      header.size = {.width = view.u16(segment + 5), .height = view.u16(segment + 3)};
      if (header.size.height == 0)
        if (const auto defined = find_defined_lines(bytes)) header.size.height = defined->lines;
      return header;
    }
    if (marker == 0xDA || marker == 0xD9) return header;
    const std::uint64_t length = view.u16(segment);
    if (marker == 0xE0 && view.has(segment + 2, "JFIF\0"sv)) header.resolution = jfif_resolution(view, segment);
    if (marker == 0xE1 && view.has(segment + 2, "Exif\0\0"sv) && length > 8)
      read_exif(view.slice(segment + 8, length - 8), header);
    at = has_no_length(marker) ? segment : segment + std::max<std::uint64_t>(length, 2);
  }
  return header;
}

// PNG, section 5.3: chunks of length, type, data and checksum. EXIF data may stand behind the pixels.
Stored png_header(std::span<const std::byte> bytes) {
  const ByteView view(bytes, std::endian::big);
  Stored header;
  if (!view.has(12, "IHDR"sv)) return header;
  header.size = {.width = view.u32(16), .height = view.u32(20)};
  std::optional<std::span<const std::byte>> exif;
  for (std::uint64_t at = 8; at + 8 <= view.size() && !view.has(at + 4, "IEND"sv);) {
    const std::uint64_t length = view.u32(at);
    if (view.has(at + 4, "pHYs"sv)) {
      const bool per_metre = view.u8(at + 16) == 1;
      const double unit = per_metre ? inches_per_metre : 1;
      header.resolution = {.x = view.u32(at + 8) / unit, .y = view.u32(at + 12) / unit, .unit_known = per_metre};
    }
    if (view.has(at + 4, "eXIf"sv)) exif = view.slice(at + 8, length);
    if (view.has(at + 4, "acTL"sv)) header.has_more_frames = view.u32(at + 8) > 1;
    at += 12 + length;
  }
  if (exif) read_exif(*exif, header);
  return header;
}

/// EXIF data, and how many frames there are: chunks behind the extended header.
void read_webp_chunks(const ByteView& view, Stored& header) {
  constexpr std::uint64_t first_chunk = 12;
  std::uint32_t frames = 0;
  for (std::uint64_t at = first_chunk; at + 8 <= view.size();) {
    const std::uint64_t length = view.u32(at + 4);
    std::span<const std::byte> data = view.slice(at + 8, length);
    if (view.has(at, "ANMF"sv)) ++frames;
    if (view.has(at, "EXIF"sv)) {
      // Some writers keep the name that the block has in a JPEG.
      if (ByteView(data, std::endian::little).has(0, "Exif\0\0"sv)) data = data.subspan(6);
      read_exif(data, header);
    }
    at += 8 + length + (length % 2);
  }
  header.has_more_frames = frames > 1;
}

// RFC 9649: the first chunk is a lossy frame, a lossless frame, or the extended header.
Stored webp_header(std::span<const std::byte> bytes) {
  const ByteView view(bytes, std::endian::little);
  constexpr std::uint64_t data = 20;
  Stored header;
  if (view.size() < data + 10) return header;
  if (view.has(12, "VP8 "sv)) {
    header.size = {.width = view.u16(data + 6) & 0x3FFFU, .height = view.u16(data + 8) & 0x3FFFU};
  } else if (view.has(12, "VP8L"sv) && view.u8(data) == 0x2F) {
    const std::uint32_t bits = view.u32(data + 1);
    header.size = {.width = (bits & 0x3FFFU) + 1, .height = ((bits >> 14U) & 0x3FFFU) + 1};
  } else if (view.has(12, "VP8X"sv)) {
    header.size = {.width = view.u24(data + 4) + 1, .height = view.u24(data + 7) + 1};
    read_webp_chunks(view, header);
  }
  return header;
}

std::uint32_t magnitude(std::uint32_t signed_bits) {
  return (signed_bits >> 31U) != 0 ? 0U - signed_bits : signed_bits;
}

// The height is negative where the rows stand from top to bottom.
Stored bmp_header(std::span<const std::byte> bytes) {
  const ByteView view(bytes, std::endian::little);
  const std::uint32_t header_size = view.u32(14);
  if (header_size == 12) return {.size = {.width = view.u16(18), .height = view.u16(20)}};
  Stored header{.size = {.width = magnitude(view.u32(18)), .height = magnitude(view.u32(22))}};
  if (header_size >= 40)
    header.resolution = {.x = view.u32(38) / inches_per_metre, .y = view.u32(42) / inches_per_metre};
  return header;
}

Stored gif_header(std::span<const std::byte> bytes) {
  const std::optional<GifFrame> frame = find_first_frame(bytes);
  if (!frame) return {};
  return {.size = {.width = frame->width_px, .height = frame->height_px}, .has_more_frames = !frame->is_last};
}

Stored jpeg2000_header(std::span<const std::byte> bytes) {
  const std::optional<pdf::Jpeg2000Header> found = pdf::read_jpeg2000_header(bytes);
  if (!found) return {};
  return {.size = {.width = found->width_px, .height = found->height_px}};
}

/// Reduced copies and masks go with a page and are none, unless there is nothing else.
std::vector<Header> tiff_headers(std::span<const std::byte> bytes) {
  std::vector<Header> pages, others;
  for (const TiffDirectory& directory : read_tiff_directories(bytes, tiff_page_count_max)) {
    const Header header = upright({.size = {.width = directory.width_px, .height = directory.height_px},
                                   .resolution = directory.resolution,
                                   .orientation = directory.orientation,
                                   .offset = directory.offset});
    (directory.is_reduced_copy || directory.is_mask ? others : pages).push_back(header);
  }
  return pages.empty() ? others : pages;
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

DisplaySize display_size(const Header& header) {
  return {.width_px = header.width_px * header.stretch_x, .height_px = header.height_px * header.stretch_y};
}

Result<void> check_pixels(const Header& header, const Limits& limits) {
  const std::uint64_t pixels = std::uint64_t{header.width_px} * header.height_px;
  const std::uint64_t allowed = limits.page_pixels_max * reduction_max;
  if (std::max(header.width_px, header.height_px) > source_side_px_max)
    return fail(
        ErrorKind::limit_pixels, "",
        fmt::format("{} x {} pixels, a side may have {}", header.width_px, header.height_px, source_side_px_max));
  if (pixels <= allowed) return {};
  return fail(ErrorKind::limit_pixels, "",
              fmt::format("{} x {} pixels, {} are allowed", header.width_px, header.height_px, allowed));
}

}  // namespace docmill::image
