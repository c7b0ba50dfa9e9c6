// How the image that is recognised lies on the page: turned, straightened, scaled, cut out.
#pragma once

#include <cstdint>

#include "extract/image/gray_image.h"

namespace docmill::ocr {

struct Point {
  double x = 0, y = 0;
};

/// A box in pixels; right and bottom lie outside.
struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
};

/// Maps pixels of an upright image to pixels of the page: an affine map without shear, scaled along each axis.
struct Placement {
  Point origin;                               // of the upright image's top left corner, on the page
  Point right, down;                          // one pixel to the right, and one down, on the page
  std::uint32_t width_px = 0, height_px = 0;  // of the upright image

  Point on_page(Point upright) const {
    return {.x = origin.x + (upright.x * right.x) + (upright.y * down.x),
            .y = origin.y + (upright.x * right.y) + (upright.y * down.y)};
  }
  /// The smallest box on the page around a box of the upright image.
  Box on_page(const Box& upright) const;
};

/// How far a page is turned clockwise to stand upright, and how large a pixel of the result is on the page.
struct View {
  double turn_deg = 0;
  double step_x = 1, step_y = 1;  // page pixels a pixel of the upright image
};

/// The placement of an upright image that shows `region`, a box in the page's frame after it was turned about its top
/// left corner.
Placement place(const View& view, const Box& region);

/// Where a point of the page lies after the page was turned about its top left corner.
Point turned(Point on_page, double turn_deg);

/// The upright image. Pixels from outside the page are white. Bilinear where pixels keep their size or grow, else the
/// mean of the pixels that become one.
GrayImage resample(const GrayImage& page, const Placement& placement);

}  // namespace docmill::ocr
