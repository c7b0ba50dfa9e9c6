// How the image that is recognised lies on the page: turned, straightened, scaled, cut out.
#pragma once

#include <cstdint>
#include <limits>

#include "extract/image/pixel_image.h"

namespace docmill::ocr {

struct Point {
  double x = 0, y = 0;
};

/// In pixels; right and bottom lie outside.
struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
};

/// Grows around whatever is added.
inline constexpr Box nowhere{.left = std::numeric_limits<double>::max(),
                             .top = std::numeric_limits<double>::max(),
                             .right = std::numeric_limits<double>::lowest(),
                             .bottom = std::numeric_limits<double>::lowest()};
Box around(const Box& a, const Box& b);
bool holds_middle(const Box& box, const Box& other);

/// Where a point comes to lie when the page is turned clockwise about its top left corner; exact for quarter turns.
Point turned(Point point, double clockwise_deg);
/// Around the turned box.
Box turned(const Box& box, double clockwise_deg);

/// Maps an upright image to the page: turned and scaled, but not slanted.
struct Placement {
  Point origin;                               // of the upright image's top left corner, on the page
  Point right, down;                          // one pixel to the right, and one down, on the page
  std::uint32_t width_px = 0, height_px = 0;  // of the upright image

  Point on_page(Point upright) const;
  /// Around the box as it lies on the page.
  Box on_page(const Box& upright) const;
  /// Where a point of the page is in the upright image.
  Point upright(Point on_page) const;
  Box upright(const Box& on_page) const;
};

struct View {
  double turn_deg = 0;            // clockwise, that makes the page upright
  double step_x = 1, step_y = 1;  // size of a pixel of the upright image, in pixels of the page
};

/// `region` is in the frame of the page turned about its top left corner.
Placement place(const View& view, const Box& region);

/// The upright image, white where it reaches beyond the page.
GrayImage resample(const GrayImage& page, const Placement& placement);

}  // namespace docmill::ocr
