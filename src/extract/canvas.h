// Lines on an image.
#pragma once

#include <cstdint>

#include "document/page.h"
#include "extract/image/pixel_image.h"

namespace docmill::extract {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;
};

/// Draws on an image that shows a page: what lies beside it is left out.
class Canvas {
 public:
  /// `width_pt` is the page's, or 0 where it is not known and nothing is drawn. The image must outlive it.
  Canvas(ColourImage& image, double width_pt);

  /// An outline around the box, which stays as it is.
  void draw(const Rect& box, Colour colour, std::uint32_t thickness_px);
  /// A line whose middle goes from point to point.
  void draw_line(PagePoint from, PagePoint to, Colour colour, std::uint32_t thickness_px);

 private:
  struct Pixels {
    double left = 0, top = 0, right = 0, bottom = 0;
  };
  /// The pixels that touch the area.
  void fill(const Pixels& area, Colour colour);

  ColourImage& image_;
  double pixels_per_point_;
};

}  // namespace docmill::extract
