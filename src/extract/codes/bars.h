// Where a picture has bars, and which way they stand. zxing-cpp reads rows and columns of pixels, and misses bars at a
// slant and bars whose surroundings upset the threshold of their rows.
#pragma once

#include <vector>

#include "extract/codes/placement.h"
#include "extract/image/pixel_image.h"

namespace docmill::codes {

/// White that a reader needs at the left and right of bars.
inline constexpr double quiet_px = 24;

/// A part of a picture with many parallel edges.
struct Bars {
  double angle = 0;          // of the direction across the bars, clockwise, in radians: [-pi/2, pi/2]
  double left = 0, top = 0;  // of the part, when the picture is turned back by that angle around its top left corner
  double width = 0, height = 0;  // pixels, quiet_px at the left and right among them

  /// Where the part, turned upright, lies in the picture: its pixel (x, y) at Placement::of().
  Placement placement() const;
  /// Without what is quiet, in its own pixels.
  Rect inner() const { return {.left = quiet_px, .top = 0, .right = width - quiet_px, .bottom = height}; }
};

/// Those with the most of them first: at most bars_max. Costs a few milliseconds for a page at 300 dpi.
std::vector<Bars> find_bars(const GrayImage& image);

inline constexpr std::size_t bars_max = 64;  // far more than a sheet of labels has

/// The part upright and alone, with white where the picture ends.
GrayImage level(const GrayImage& image, const Bars& bars);

}  // namespace docmill::codes
