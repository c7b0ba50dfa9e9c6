#include "extract/ocr/placement.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace docmill::ocr {
namespace {

constexpr double radians_per_degree = std::numbers::pi / 180;
constexpr std::uint8_t white = 255;

// Exact for quarter turns, so that these copy pixels and mix none.
Point direction(double angle_deg) {
  const double quarters = angle_deg / 90;
  if (quarters == std::floor(quarters)) {
    constexpr Point directions[] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    return directions[static_cast<std::int64_t>(quarters) & 3];
  }
  return {.x = std::cos(angle_deg * radians_per_degree), .y = std::sin(angle_deg * radians_per_degree)};
}

}  // namespace

Box Placement::on_page(const Box& upright) const {
  const Point corners[] = {on_page(Point{upright.left, upright.top}), on_page(Point{upright.right, upright.top}),
                           on_page(Point{upright.left, upright.bottom}), on_page(Point{upright.right, upright.bottom})};
  const auto [leftmost, rightmost] = std::ranges::minmax(corners, {}, &Point::x);
  const auto [topmost, bottommost] = std::ranges::minmax(corners, {}, &Point::y);
  return {.left = leftmost.x, .top = topmost.y, .right = rightmost.x, .bottom = bottommost.y};
}

Point turned(Point on_page, double turn_deg) {
  const Point axis = direction(turn_deg);
  return {.x = (on_page.x * axis.x) - (on_page.y * axis.y), .y = (on_page.x * axis.y) + (on_page.y * axis.x)};
}

Placement place(const View& view, const Box& region) {
  const Point axis = direction(-view.turn_deg);
  return {.origin = turned({region.left, region.top}, -view.turn_deg),
          .right = {axis.x * view.step_x, axis.y * view.step_x},
          .down = {-axis.y * view.step_y, axis.x * view.step_y},
          .width_px = static_cast<std::uint32_t>(std::lround((region.right - region.left) / view.step_x)),
          .height_px = static_cast<std::uint32_t>(std::lround((region.bottom - region.top) / view.step_y))};
}

GrayImage resample(const GrayImage& page, const Placement& placement) {
  GrayImage upright{.width_px = placement.width_px, .height_px = placement.height_px, .dpi = 0, .pixels = {}};
  upright.pixels.resize(std::size_t{upright.width_px} * upright.height_px);
  constexpr int bits = 8, one = 1 << bits;
  constexpr double fine = 1 << 16;
  const auto step_x = static_cast<std::int64_t>(std::llround(placement.right.x * fine));
  const auto step_y = static_cast<std::int64_t>(std::llround(placement.right.y * fine));
  const auto width = static_cast<std::int64_t>(page.width_px), height = static_cast<std::int64_t>(page.height_px);
  const auto at = [&](std::int64_t x, std::int64_t y) -> int {
    return x < 0 || y < 0 || x >= width || y >= height ? white : page.pixels[static_cast<std::size_t>((y * width) + x)];
  };
  for (std::uint32_t v = 0; v < upright.height_px; ++v) {
    const Point begin = placement.on_page(Point{0.5, v + 0.5});
    auto x = static_cast<std::int64_t>(std::llround((begin.x - 0.5) * fine));
    auto y = static_cast<std::int64_t>(std::llround((begin.y - 0.5) * fine));
    std::uint8_t* row = upright.pixels.data() + (std::size_t{v} * upright.width_px);
    for (std::uint32_t u = 0; u < upright.width_px; ++u, x += step_x, y += step_y) {
      const std::int64_t x0 = x >> 16, y0 = y >> 16;
      const int fx = static_cast<int>(x >> bits) & (one - 1), fy = static_cast<int>(y >> bits) & (one - 1);
      int top, bottom;
      if (x0 >= 0 && y0 >= 0 && x0 + 1 < width && y0 + 1 < height) {
        const std::uint8_t* p = page.pixels.data() + (y0 * width) + x0;
        top = p[0] * (one - fx) + p[1] * fx;
        bottom = p[width] * (one - fx) + p[width + 1] * fx;
      } else {
        top = at(x0, y0) * (one - fx) + at(x0 + 1, y0) * fx;
        bottom = at(x0, y0 + 1) * (one - fx) + at(x0 + 1, y0 + 1) * fx;
      }
      row[u] = static_cast<std::uint8_t>((top * (one - fy) + bottom * fy + (1 << 15)) >> 16);
    }
  }
  return upright;
}

}  // namespace docmill::ocr
