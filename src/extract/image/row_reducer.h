// Makes an image smaller while its rows come in, so that no more of it is held than what comes out.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "extract/image/pixel_image.h"

namespace docmill::image {

struct PixelSize {
  std::uint32_t width = 0, height = 0;

  std::uint64_t pixels() const { return std::uint64_t{width} * height; }
  bool operator==(const PixelSize&) const = default;
};

/// Rows of pixels from top to bottom become an image whose every sample is the mean of the area that it covers, in
/// whole numbers: equal rows give equal bytes. Rows that do not come are white.
class RowReducer {
 public:
  /// `to` is what comes out; no side of it may be longer than the same side of what comes in. `samples` are those of a
  /// PixelImage: 1 or 3.
  explicit RowReducer(PixelSize to, std::uint32_t samples = 1) : to_(to), samples_(samples) {}

  /// Before the first row: the size of what comes in. A decoder may have made it smaller itself. False if that is not
  /// between the result's size and `source_side_px_max`.
  bool begin(PixelSize from);
  /// As wide as was said. Rows beyond the height are dropped.
  void add(std::span<const std::uint8_t> row);

  PixelSize to() const { return to_; }
  std::uint32_t samples() const { return samples_; }
  std::uint32_t rows_added() const { return rows_; }

  /// REQUIRES: Image::samples are samples().
  template <typename Image = GrayImage>
  Image finish() && {
    return {.width_px = to_.width, .height_px = to_.height, .dpi = 0, .pixels = finished_pixels()};
  }

 private:
  template <std::uint32_t samples>
  void add_up(std::span<const std::uint8_t> row);
  void share_out(std::uint64_t row_top);
  void put_line();
  std::vector<std::uint8_t> finished_pixels();

  PixelSize to_, from_;
  std::uint32_t samples_;
  std::uint32_t rows_ = 0;
  std::vector<std::uint32_t> sums_;   // of one row, for each sample of a line that comes out
  std::vector<std::uint64_t> lines_;  // of that line so far
  std::vector<std::uint8_t> pixels_;
};

/// The longest side of an image that is decoded at all.
inline constexpr std::uint32_t source_side_px_max = 1'000'000;

}  // namespace docmill::image
