// Samples of a TIFF to gray or colours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "extract/image/luma.h"
#include "extract/image/tiff_file.h"

namespace docmill::image {

/// Which values of a sample are black and white.
struct SampleRange {
  double low = 0, high = 255;

  bool operator==(const SampleRange&) const = default;
};

/// A row of a strip or tile as libtiff decodes it: one plane, or each sample's own.
using PlanesOfRow = std::span<const std::span<const std::uint8_t>>;

/// Turns rows into pixels. For photometric interpretations that are nothing but samples: black is 0, white is 0,
/// palette, RGB, inks, mask.
class SampleConverter {
 public:
  /// Nothing where the page is none of these, or its samples are of no known kind.
  static std::optional<SampleConverter> of(TIFF* tiff, const TiffPage& page);

  /// Planes that are read, in their order: all one, or the colours and the opacity.
  std::uint16_t planes() const { return page_.separate ? static_cast<std::uint16_t>(used_) : std::uint16_t{1}; }
  /// A byte that, repeated, is about white.
  std::uint8_t blank() const { return blank_; }

  /// Whether black and white have to be found from the values: 8 bits or fewer span their range, while 16 often hold
  /// 12, and numbers with a point anything.
  bool needs_range() const;
  void measure(PlanesOfRow planes, std::size_t count);
  /// The smallest usual range that holds what was measured: 0 to 1 (of numbers with a point and 32 bits), 255, 1023,
  /// 4095, 16383, 65535, or as many on both sides of 0 for numbers with a sign; else from 0, or the smallest value if
  /// that is below, to the largest.
  void use_measured_range();

  /// `row.size()` pixels.
  void convert(PlanesOfRow planes, PixelRow row);

 private:
  explicit SampleConverter(const TiffPage& page);

  bool read_palette(TIFF* tiff);
  bool is_indexed() const { return !palette_.empty(); }
  void scale_samples(PlanesOfRow planes, std::size_t count);
  Colour colour_of(const std::uint8_t* pixel) const;

  TiffPage page_;
  std::size_t used_ = 1;  // samples that matter: colours and the opacity
  std::uint8_t blank_ = 0xFF;
  SampleRange range_;
  double smallest_ = 0, largest_ = 0;
  bool measured_ = false;
  std::vector<Colour> palette_;
  std::vector<std::uint8_t> scaled_;  // used_ samples for each pixel of a row
};

}  // namespace docmill::image
