// Decodes JPEG, PNG, TIFF, WebP, BMP, GIF and JPEG 2000 to gray or with colours; docs/pictures.md says of what kinds
// and how well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "document/format.h"
#include "document/limits.h"
#include "extract/image/pixel_image.h"

namespace docmill::image {

/// How the stored pixels are turned and mirrored, by the numbers of EXIF and TIFF: 1 is upright, 5 to 8 swap the axes.
struct Orientation {
  std::uint16_t value = 1;

  bool swaps_axes() const { return value >= 5; }
};

/// What the header of one page says. Nothing of it is trusted by decode() but the offset's being checked again.
struct Header {
  std::uint32_t width_px = 0, height_px = 0;  // of the stored pixels turned upright; 0 where a later page is damaged
  double dpi = 0;                             // of the image that decode() gives; 0 where nothing plausible says it
  /// By how much decode() stretches the stored pixels, once upright, to make them square: one of the two is 1.
  double stretch_x = 1, stretch_y = 1;
  Orientation orientation;       // of the stored pixels
  std::uint64_t offset = 0;      // TIFF: where the page's directory stands; else 0
  bool has_more_frames = false;  // the image is an animation, and this is its first frame
};

/// How large the displayed image is, in pixels of Header::dpi, before decode() reduces anything.
struct DisplaySize {
  double width_px = 0, height_px = 0;
};
DisplaySize display_size(const Header& header);

/// Nothing of a page is decoded: bytes are compared, counted and bounds-checked, and no library is called.
///
/// Answers one header a page: the directories of a TIFF, at most 65,535 as in libtiff, without reduced copies and
/// masks (but of a file that holds nothing else, these); one for every other format, of an animation its first frame.
///
/// Errors: corrupt (the first page has no readable header).
Result<std::vector<Header>> read_headers(std::span<const std::byte> bytes, Format format);

/// Whether decode() takes an image of that size at all: up to `reduction_max` times `limits.page_pixels_max`, and a
/// million pixels a side.
///
/// Errors: limit_pixels.
Result<void> check_pixels(const Header& header, const Limits& limits);

/// An image of more pixels would take minutes, and no paper is that large.
inline constexpr std::uint64_t reduction_max = 64;

template <typename Image>
struct DecodedAs {
  Image image;                  // upright, of square pixels, transparent pixels on white
  double scale = 1;             // below 1 if it was made smaller to fit `limits.page_pixels_max`
  bool partly_decoded = false;  // damaged or cut off: what could be read is there, the rest is white
};
using Decoded = DecodedAs<GrayImage>;
using DecodedColour = DecodedAs<ColourImage>;

/// Decode one page. `header` is one that read_headers() gave for these bytes. Opens no file, starts no thread. Holds
/// the image that it gives, a row or strip or tile of what it reads, and for formats and kinds that cannot be read in
/// pieces (progressive JPEG, interlaced PNG, WebP without loss, BMP, GIF) the whole, in at most 12 bytes for each of
/// `limits.page_pixels_max`, or 64 MiB.
///
/// Errors:
///   limit_pixels  As check_pixels(), before anything is allocated; or it needs more memory than that.
///   unsupported   A kind of the format that the library does not know, named.
///   corrupt       Nothing can be decoded.
Result<Decoded> decode(std::span<const std::byte> bytes, Format format, const Header& header, const Limits& limits);

/// The same with its colours, as they are stored (no profile is applied, inks are taken for their complements), and
/// made smaller for a side of more than `side_px_max` too. Gray decoding is not derived from it.
Result<DecodedColour> decode_colour(std::span<const std::byte> bytes, Format format, const Header& header,
                                    const Limits& limits, std::uint32_t side_px_max);

}  // namespace docmill::image
