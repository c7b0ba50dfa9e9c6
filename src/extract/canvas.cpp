#include "extract/canvas.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace docmill::extract {

Canvas::Canvas(ColourImage& image, double width_pt)
    : image_(image), pixels_per_point_(width_pt > 0 ? image.width_px / width_pt : 0) {}

void Canvas::fill(const Pixels& area, Colour colour) {
  const auto clamped = [](double value, std::uint32_t size) {
    return static_cast<std::uint32_t>(std::clamp(value, 0.0, static_cast<double>(size)));
  };
  const std::uint32_t left = clamped(std::floor(area.left), image_.width_px);
  const std::uint32_t right = clamped(std::ceil(area.right), image_.width_px);
  const std::uint32_t top = clamped(std::floor(area.top), image_.height_px);
  const std::uint32_t bottom = clamped(std::ceil(area.bottom), image_.height_px);
  for (std::uint32_t y = top; y < bottom; ++y) {
    std::uint8_t* pixel = image_.pixels.data() + (((std::size_t{y} * image_.width_px) + left) * ColourImage::samples);
    for (std::uint32_t x = left; x < right; ++x) {
      *pixel++ = colour.blue;
      *pixel++ = colour.green;
      *pixel++ = colour.red;
    }
  }
}

void Canvas::draw(const Rect& box, Colour colour, std::uint32_t thickness_px) {
  const Pixels inner{.left = std::floor(box.left * pixels_per_point_),
                     .top = std::floor(box.top * pixels_per_point_),
                     .right = std::ceil(box.right * pixels_per_point_),
                     .bottom = std::ceil(box.bottom * pixels_per_point_)};
  if (pixels_per_point_ <= 0 || !std::isfinite(inner.left + inner.top + inner.right + inner.bottom)) return;
  const double thickness = thickness_px;
  const Pixels outer{.left = std::max(inner.left - thickness, 0.0),
                     .top = std::max(inner.top - thickness, 0.0),
                     .right = std::min<double>(inner.right + thickness, image_.width_px),
                     .bottom = std::min<double>(inner.bottom + thickness, image_.height_px)};
  // At an edge of the page the line stands within it.
  fill({outer.left, outer.top, outer.right, outer.top + thickness}, colour);
  fill({outer.left, outer.bottom - thickness, outer.right, outer.bottom}, colour);
  fill({outer.left, outer.top, outer.left + thickness, outer.bottom}, colour);
  fill({outer.right - thickness, outer.top, outer.right, outer.bottom}, colour);
}

void Canvas::draw_line(PagePoint from, PagePoint to, Colour colour, std::uint32_t thickness_px) {
  // Beyond the page by more than its own size nothing is drawn, so a line has an end.
  const auto at = [&](double points, std::uint32_t size) {
    return std::clamp(points * pixels_per_point_, -1.0 * size, 2.0 * size);
  };
  const double x0 = at(from.x, image_.width_px), x1 = at(to.x, image_.width_px);
  const double y0 = at(from.y, image_.height_px), y1 = at(to.y, image_.height_px);
  if (pixels_per_point_ <= 0 || !std::isfinite(x0 + x1 + y0 + y1)) return;
  const double steps = std::max({std::abs(x1 - x0), std::abs(y1 - y0), 1.0});
  const double half = thickness_px / 2.0;
  for (double step = 0; step <= steps; ++step) {
    const double x = std::round(x0 + ((x1 - x0) * step / steps) - half);
    const double y = std::round(y0 + ((y1 - y0) * step / steps) - half);
    fill({x, y, x + thickness_px, y + thickness_px}, colour);
  }
}

}  // namespace docmill::extract
