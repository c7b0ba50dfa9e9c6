// Where a picture has bars, and which way they stand. zxing-cpp reads rows and columns of pixels, and misses bars at a
// slant and bars whose surroundings upset the threshold of their rows.
#pragma once

#include <vector>

#include "extract/codes/placement.h"
#include "extract/image/pixel_image.h"

namespace docmill::codes {

/// A part of a picture with many parallel edges.
struct Bars {
  double angle = 0;          // of the direction across the bars, clockwise, in radians: [-pi/2, pi/2]
  double left = 0, top = 0;  // of the part, when the picture is turned back by that angle around its top left corner
  double width = 0, height = 0;  // pixels
};

/// Those with the most of them first: at most bars_max, which together have no more pixels than the picture. Costs a few
/// milliseconds for a page at 300 dpi.
std::vector<Bars> find_bars(const GrayImage& image);

/// More of them on a page are hatching.
inline constexpr std::size_t bars_max = 12;

/// The part upright and alone, with white around it, and where it lies in the picture: its pixel (x, y) at
/// Placement::of(), in pixels of the picture.
struct Levelled {
  GrayImage image;
  Placement placement;
};
Levelled level(const GrayImage& image, const Bars& bars);

}  // namespace docmill::codes
