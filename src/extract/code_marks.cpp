#include "extract/code_marks.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <tuple>
#include <utility>

namespace docmill::ink {
namespace {

constexpr std::int32_t bar_height_px_min = 12;
constexpr std::int32_t bar_aspect_min = 4;
constexpr std::size_t bars_min = 8;  // the shortest code of a shop has 20, of which some touch in a small drawing

Box united(const Box& a, const Box& b) {
  return {.left = std::min(a.left, b.left),
          .top = std::min(a.top, b.top),
          .right = std::max(a.right, b.right),
          .bottom = std::max(a.bottom, b.bottom)};
}

bool is_bar(const Box& mark) {
  return mark.height() >= bar_height_px_min && mark.height() >= bar_aspect_min * mark.width();
}

bool stands_beside(const Box& left, const Box& right) {
  constexpr std::int32_t tolerance = 2;
  return std::abs(left.top - right.top) <= tolerance && std::abs(left.bottom - right.bottom) <= tolerance &&
         2 * (right.left - left.right) <= left.height();
}

/// Rows of upright bars. Bars of one code differ by a pixel in where they begin, so each looks for its own row.
std::vector<Box> find_bars(std::vector<Box> marks) {
  std::erase_if(marks, [](const Box& mark) { return !is_bar(mark); });
  std::ranges::sort(marks, {}, [](const Box& mark) { return std::tuple(mark.left, mark.top, mark.bottom); });
  struct Row {
    Box box, last;
    std::size_t bars;
  };
  std::vector<Row> rows;
  for (const Box& bar : marks) {
    const auto row = std::ranges::find_if(rows, [&](const Row& r) { return stands_beside(r.last, bar); });
    if (row == rows.end())
      rows.push_back({.box = bar, .last = bar, .bars = 1});
    else
      *row = {.box = united(row->box, bar), .last = bar, .bars = row->bars + 1};
  }
  std::vector<Box> codes;
  for (const Row& row : rows)
    if (row.bars >= bars_min) codes.push_back(row.box);
  return codes;
}

Box turned_a_quarter(const Box& box) {
  return {.left = box.top, .top = box.left, .right = box.bottom, .bottom = box.right};
}

bool near(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance; }

/// A corner of a QR code is a ring seven modules wide around a square of three (ISO/IEC 18004, 5.3.2).
bool are_a_corner(const Box& ring, const Box& square) {
  const double module = ring.width() / 7.0;
  const double tolerance = std::max(1.0, 0.7 * module);
  return near(ring.width(), ring.height(), tolerance) && near(square.width(), 3 * module, tolerance) &&
         near(square.height(), 3 * module, tolerance) &&
         near(ring.left + ring.right, square.left + square.right, 2 * tolerance) &&
         near(ring.top + ring.bottom, square.top + square.bottom, 2 * tolerance);
}

std::vector<Box> find_corners(const std::vector<Box>& marks) {
  constexpr std::int32_t ring_px_min = 10;
  std::vector<Box> corners;
  for (const Box& ring : marks)
    if (ring.width() >= ring_px_min &&
        std::ranges::any_of(marks, [&](const Box& square) { return are_a_corner(ring, square); }))
      corners.push_back(ring);
  return corners;
}

/// Three corners of one size at a right angle, at equal distances of two rings or more.
std::vector<Box> find_squares(const std::vector<Box>& marks) {
  std::vector<Box> codes;
  const std::vector<Box> corners = find_corners(marks);
  for (const Box& a : corners)
    for (const Box& beside : corners)
      for (const Box& below : corners) {
        const std::int32_t across = std::abs(beside.left - a.left);
        const std::int32_t down = std::abs(below.top - a.top);
        const std::int32_t tolerance = std::max(2, a.width() / 5);
        if (across >= 2 * a.width() && std::abs(across - down) <= tolerance &&
            std::abs(beside.top - a.top) <= tolerance && std::abs(below.left - a.left) <= tolerance)
          codes.push_back(united(united(a, beside), below));
      }
  return codes;
}

}  // namespace

std::vector<Box> find_code_marks(const std::vector<Box>& marks) {
  std::vector<Box> codes = find_squares(marks);
  std::ranges::copy(find_bars(marks), std::back_inserter(codes));
  std::vector<Box> on_their_side;
  std::ranges::transform(marks, std::back_inserter(on_their_side), turned_a_quarter);
  std::ranges::transform(find_bars(std::move(on_their_side)), std::back_inserter(codes), turned_a_quarter);
  return codes;
}

}  // namespace docmill::ink
