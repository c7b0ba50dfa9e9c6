#include "extract/ocr/placement.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <optional>

#include "extract/ocr/reduce.h"

namespace docmill::ocr {
namespace {

constexpr std::uint8_t white = 255;

// Exact for quarter turns, so that these move pixels and mix none.
Point direction(double angle_deg) {
  const double quarters = angle_deg / 90;
  if (quarters == std::floor(quarters)) {
    constexpr std::array<Point, 4> directions{{{1, 0}, {0, 1}, {-1, 0}, {0, -1}}};
    return directions[static_cast<std::size_t>(static_cast<std::int64_t>(quarters) & 3)];
  }
  const double angle = angle_deg * std::numbers::pi / 180;
  return {.x = std::cos(angle), .y = std::sin(angle)};
}

Box around(const std::array<Point, 4>& points) {
  Box box = nowhere;
  for (const Point& p : points) box = around(box, {.left = p.x, .top = p.y, .right = p.x, .bottom = p.y});
  return box;
}

std::array<Point, 4> corners_of(const Box& box) {
  return {{{box.left, box.top}, {box.right, box.top}, {box.left, box.bottom}, {box.right, box.bottom}}};
}

/// Places in 1/65536 of a pixel.
constexpr int fraction_bits = 16;
std::int64_t fixed(double px) { return std::llround(px * (1 << fraction_bits)); }

/// Mixes the four pixels around a place; beyond the image is white.
class Sampler {
 public:
  explicit Sampler(const GrayImage& image)
      : pixels_(image.pixels.data()), width_(image.width_px), height_(image.height_px) {}

  std::uint8_t at(std::int64_t x, std::int64_t y) const {
    const std::int64_t left = x >> fraction_bits, top = y >> fraction_bits;
    const auto across = static_cast<int>(x >> 8) & 0xFF, down = static_cast<int>(y >> 8) & 0xFF;
    const bool inside = left >= 0 && top >= 0 && left + 1 < width_ && top + 1 < height_;
    return inside ? mixed(pixels_ + (top * width_) + left, across, down) : at_border(left, top, across, down);
  }

 private:
  static std::uint8_t mixed(int top_left, int top_right, int bottom_left, int bottom_right, int across, int down) {
    const int top = (top_left * (256 - across)) + (top_right * across);
    const int bottom = (bottom_left * (256 - across)) + (bottom_right * across);
    return static_cast<std::uint8_t>(((top * (256 - down)) + (bottom * down) + (1 << 15)) >> 16);
  }

  std::uint8_t mixed(const std::uint8_t* at, int across, int down) const {
    return mixed(at[0], at[1], at[width_], at[width_ + 1], across, down);
  }

  std::uint8_t at_border(std::int64_t left, std::int64_t top, int across, int down) const {
    const auto pixel = [&](std::int64_t x, std::int64_t y) {
      return x < 0 || y < 0 || x >= width_ || y >= height_ ? white : pixels_[(y * width_) + x];
    };
    return mixed(pixel(left, top), pixel(left + 1, top), pixel(left, top + 1), pixel(left + 1, top + 1), across, down);
  }

  const std::uint8_t* pixels_;
  std::int64_t width_, height_;
};

double length(Point p) { return std::hypot(p.x, p.y); }

/// The same placement on the page reduced by `factor`.
Placement on_reduced(Placement placement, double factor) {
  for (Point* p : {&placement.origin, &placement.right, &placement.down}) *p = {.x = p->x / factor, .y = p->y / factor};
  return placement;
}

}  // namespace

Box around(const Box& a, const Box& b) {
  return {.left = std::min(a.left, b.left),
          .top = std::min(a.top, b.top),
          .right = std::max(a.right, b.right),
          .bottom = std::max(a.bottom, b.bottom)};
}

bool holds_middle(const Box& box, const Box& other) {
  const double x = (other.left + other.right) / 2, y = (other.top + other.bottom) / 2;
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}

Point turned(Point point, double clockwise_deg) {
  const Point axis = direction(clockwise_deg);
  return {.x = (point.x * axis.x) - (point.y * axis.y), .y = (point.x * axis.y) + (point.y * axis.x)};
}

Box turned(const Box& box, double clockwise_deg) {
  std::array<Point, 4> corners = corners_of(box);
  for (Point& corner : corners) corner = turned(corner, clockwise_deg);
  return around(corners);
}

Point Placement::on_page(Point upright) const {
  return {.x = origin.x + (upright.x * right.x) + (upright.y * down.x),
          .y = origin.y + (upright.x * right.y) + (upright.y * down.y)};
}

Box Placement::on_page(const Box& upright) const {
  std::array<Point, 4> corners = corners_of(upright);
  for (Point& corner : corners) corner = on_page(corner);
  return around(corners);
}

Point Placement::upright(Point on_page) const {
  const double x = on_page.x - origin.x, y = on_page.y - origin.y;
  const double area = (right.x * down.y) - (right.y * down.x);
  return {.x = ((x * down.y) - (y * down.x)) / area, .y = ((y * right.x) - (x * right.y)) / area};
}

Box Placement::upright(const Box& on_page) const {
  std::array<Point, 4> corners = corners_of(on_page);
  for (Point& corner : corners) corner = upright(corner);
  return around(corners);
}

Placement place(const View& view, const Box& region) {
  const Point axis = direction(-view.turn_deg);
  return {.origin = turned(Point{region.left, region.top}, -view.turn_deg),
          .right = {axis.x * view.step_x, axis.y * view.step_x},
          .down = {-axis.y * view.step_y, axis.x * view.step_y},
          .width_px = static_cast<std::uint32_t>(std::lround((region.right - region.left) / view.step_x)),
          .height_px = static_cast<std::uint32_t>(std::lround((region.bottom - region.top) / view.step_y))};
}

GrayImage resample(const GrayImage& page, const Placement& placement) {
  // Of pixels that shrink to less than half all have a part in the result.
  const auto factor = static_cast<std::uint32_t>(std::min(length(placement.right), length(placement.down)));
  if (factor >= 2) return resample(reduced(page, factor), on_reduced(placement, factor));
  GrayImage upright{.width_px = placement.width_px, .height_px = placement.height_px, .dpi = 0, .pixels = {}};
  upright.pixels.reserve(std::size_t{upright.width_px} * upright.height_px);
  const Sampler sampler(page);
  const std::int64_t step_x = fixed(placement.right.x), step_y = fixed(placement.right.y);
  for (std::uint32_t row = 0; row < upright.height_px; ++row) {
    const Point begin = placement.on_page(Point{0.5, row + 0.5});
    std::int64_t x = fixed(begin.x - 0.5), y = fixed(begin.y - 0.5);
    for (std::uint32_t column = 0; column < upright.width_px; ++column, x += step_x, y += step_y)
      upright.pixels.push_back(sampler.at(x, y));
  }
  return upright;
}

}  // namespace docmill::ocr
