// Decodes JPEG, PNG, TIFF, WebP, BMP, GIF (Leptonica) and JPEG 2000 (PDFium) to gray.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "document/error.h"
#include "document/format.h"
#include "document/limits.h"
#include "extract/image/gray_image.h"

namespace docmill::image {

/// How the stored pixels are turned and mirrored, by the numbers of EXIF and TIFF: 1 is upright, 5 to 8 swap the axes.
struct Orientation {
  std::uint16_t value = 1;
};

/// What the header of one page says. Nothing of it is trusted by decode() but the offset's being checked again.
struct Header {
  std::uint32_t width_px = 0, height_px = 0;  // upright; 0 where the header of a later page is damaged
  double dpi = 0;                             // 0 where nothing says it, or nothing plausible
  Orientation orientation;                    // of the stored pixels
  std::uint64_t offset = 0;                   // TIFF: where the page's directory stands; else 0
};

/// Nothing of a page is decoded: bytes are compared, counted and bounds-checked, and no library is called.
///
/// Answers one header a page: the directories of a TIFF, at most 65,535 as in libtiff; one for every other format, of
/// an animation its first frame.
///
/// Errors: corrupt (the first page has no readable header).
Result<std::vector<Header>> read_headers(std::span<const std::byte> bytes, Format format);

/// Errors: limit_pixels (the page would be larger than `limits.page_pixels_max`).
Result<void> check_pixels(const Header& header, const Limits& limits);

struct Decoded {
  GrayImage image;              // upright, transparent pixels on white
  bool partly_decoded = false;  // damaged, as a truncated JPEG: what could be read is there
};

/// Decode one page. `header` is one that read_headers() gave for these bytes. Opens no file.
///
/// Errors: limit_pixels (as check_pixels(), before anything is allocated), corrupt (nothing can be decoded).
Result<Decoded> decode(std::span<const std::byte> bytes, Format format, const Header& header, const Limits& limits);

/// Once per process, before the first decode(): Leptonica writes no messages to stderr.
void initialise();

}  // namespace docmill::image
