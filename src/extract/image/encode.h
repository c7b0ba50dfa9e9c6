// Pixels to files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "document/file_kind.h"
#include "extract/image/pixel_image.h"
#include "extract/image/row_reducer.h"

namespace docmill::image {

/// No page image has a longer side: what WebP holds (RFC 9649, 2.5: 14 bits), and the same for every format.
inline constexpr std::uint32_t encoded_side_px_max = 16'383;

/// A part of a colour image, of which it borrows the pixels.
class ColourView {
 public:
  /// All of it.
  explicit ColourView(const ColourImage& image)
      : pixels_(image.pixels),
        row_bytes_(std::size_t{image.width_px} * ColourImage::samples),
        size_{.width = image.width_px, .height = image.height_px},
        dpi_(image.dpi) {}
  /// REQUIRES: the part lies in the image.
  ColourView(const ColourImage& image, std::uint32_t left_px, std::uint32_t top_px, PixelSize size)
      : ColourView(image) {
    pixels_ = pixels_.subspan((top_px * row_bytes_) + (std::size_t{left_px} * ColourImage::samples));
    size_ = size;
  }

  PixelSize size() const { return size_; }
  double dpi() const { return dpi_; }
  /// Blue, green, red.
  std::span<const std::uint8_t> row(std::uint32_t y) const {
    return pixels_.subspan(y * row_bytes_, std::size_t{size_.width} * ColourImage::samples);
  }

 private:
  std::span<const std::uint8_t> pixels_;
  std::size_t row_bytes_;
  PixelSize size_;
  double dpi_;
};

struct EncodeSettings {
  FileKind kind = FileKind::webp;  // webp, png or jpeg
  std::uint32_t quality = 80;      // of WebP and JPEG, which lose something, [0, 100]
  std::uint64_t size_bytes_max = 0;
};

/// The file, which says at which resolution it is, where its format can and somebody knows.
///
/// Equal pixels and settings give equal bytes on all processors of an architecture. One thread. WebP takes about 1.5
/// bytes a pixel, JPEG and PNG some rows; all of them what comes out. The image is freed as soon as the encoder has
/// what it needs.
///
/// Errors:
///   limit_pixels   No pixels, or a side longer than the format holds (WebP encoded_side_px_max, JPEG 65,500).
///   limit_output   More than `size_bytes_max`.
///   out_of_memory  The encoder got none; the process goes on.
Result<std::vector<std::byte>> encode(ColourImage image, const EncodeSettings& settings);
/// The same of a part, as JPEG.
Result<std::vector<std::byte>> encode_jpeg(const ColourView& view, const EncodeSettings& settings);
Result<std::vector<std::byte>> encode_png(const ColourView& view, const EncodeSettings& settings);
Result<std::vector<std::byte>> encode_webp(ColourImage image, const EncodeSettings& settings);

/// Every pixel of what comes out is the mean of the area that it covers. REQUIRES: `to` is no larger, and not empty.
ColourImage reduced(const ColourView& view, PixelSize to);
/// The size with its longest side at `edge_px`, if that is shorter.
PixelSize fitted(PixelSize size, std::uint32_t edge_px);

/// What encoders write to: no more than it may have, and no exception passes through their C.
class EncodedBytes {
 public:
  explicit EncodedBytes(std::uint64_t size_bytes_max) : size_bytes_max_(size_bytes_max) {}

  /// False where there is no room.
  bool append(std::span<const std::byte> bytes) noexcept;
  std::vector<std::byte> take() && { return std::move(bytes_); }
  /// Why append() was refused; `otherwise` where it was not.
  std::unexpected<Error> error(std::string_view otherwise) const;

 private:
  std::vector<std::byte> bytes_;
  std::uint64_t size_bytes_max_;
  bool is_full_ = false, lacks_memory_ = false;
};

}  // namespace docmill::image
