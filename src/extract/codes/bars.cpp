#include "extract/codes/bars.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <numbers>
#include <utility>

namespace docmill::codes {
namespace {

constexpr std::size_t cell_px = 16;  // four bars of a usual code, and a quarter of a low one's height
// Mean of squared differences; bars of a faint copy have 60 of 255 levels between them and twelve edges a cell.
constexpr double energy_min = 150;
// 1 where all edges are parallel; letters have up to a half. A group begins with such a cell, and goes on into cells of
// the same direction where rows of short bars end, as in PDF417.
constexpr double coherence_min = 0.7, coherence_beside_min = 0.25;
constexpr double angle_step_max = 0.25;
constexpr std::size_t strong_cells_min = 8;  // letters have a few
constexpr std::size_t weak_cells_max = 6;    // for each strong one; a wide PDF417 has them at both ends
constexpr double height_px_min = 40;         // a line of text is lower

/// Sums of products of differences: the structure tensor.
struct Tensor {
  double xx = 0, yy = 0, xy = 0;

  void add(const Tensor& other) {
    xx += other.xx;
    yy += other.yy;
    xy += other.xy;
  }
  double energy() const { return xx + yy; }
  double coherence() const { return energy() > 0 ? std::hypot(xx - yy, 2 * xy) / energy() : 0; }
  /// Across the edges.
  double angle() const { return 0.5 * std::atan2(2 * xy, xx - yy); }
};

struct Cells {
  std::size_t columns = 0, rows = 0;
  std::vector<Tensor> tensors = {};
  std::vector<bool> is_free = {};  // has edges of a direction, and is in no group so far
};

/// Differences of four pixels that touch: over a longer way narrow bars at a slant would seem to stand otherwise.
Tensor tensor_of(const GrayImage& image, std::size_t left, std::size_t top) {
  const std::size_t width = image.width_px;
  const std::size_t right = std::min(left + cell_px, width - 1);
  const std::size_t bottom = std::min<std::size_t>(top + cell_px, image.height_px - 1);
  std::int64_t xx = 0, yy = 0, xy = 0;
  for (std::size_t y = top; y < bottom; y += 2) {
    const std::uint8_t* upper = image.pixels.data() + (y * width);
    const std::uint8_t* lower = upper + width;
    for (std::size_t x = left; x < right; ++x) {
      const int falling = lower[x + 1] - upper[x], rising = upper[x + 1] - lower[x];
      const int dx = falling + rising, dy = falling - rising;
      xx += std::int64_t{dx} * dx;
      yy += std::int64_t{dy} * dy;
      xy += std::int64_t{dx} * dy;
    }
  }
  constexpr double samples = cell_px * cell_px / 2.0 * 4;  // each is a sum of two differences
  return {.xx = static_cast<double>(xx) / samples,
          .yy = static_cast<double>(yy) / samples,
          .xy = static_cast<double>(xy) / samples};
}

Cells cells_of(const GrayImage& image) {
  Cells cells{.columns = (image.width_px + cell_px - 1) / cell_px, .rows = (image.height_px + cell_px - 1) / cell_px};
  for (std::size_t row = 0; row < cells.rows; ++row)
    for (std::size_t column = 0; column < cells.columns; ++column) {
      const Tensor tensor = tensor_of(image, column * cell_px, row * cell_px);
      cells.tensors.push_back(tensor);
      cells.is_free.push_back(tensor.energy() >= energy_min && tensor.coherence() >= coherence_beside_min);
    }
  return cells;
}

double angle_between(double a, double b) { return std::abs(std::remainder(a - b, std::numbers::pi)); }

/// Takes the cells out of `cells` that hang together with `seed` and have about its neighbours' direction.
std::vector<std::size_t> take_group(Cells& cells, std::size_t seed) {
  std::vector<std::size_t> group{seed};
  cells.is_free[seed] = false;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const std::size_t row = group[i] / cells.columns, column = group[i] % cells.columns;
    const double angle = cells.tensors[group[i]].angle();
    for (std::size_t y = row == 0 ? 0 : row - 1; y <= std::min(row + 1, cells.rows - 1); ++y)
      for (std::size_t x = column == 0 ? 0 : column - 1; x <= std::min(column + 1, cells.columns - 1); ++x) {
        const std::size_t cell = (y * cells.columns) + x;
        if (!cells.is_free[cell] || angle_between(cells.tensors[cell].angle(), angle) > angle_step_max) continue;
        cells.is_free[cell] = false;
        group.push_back(cell);
      }
  }
  return group;
}

bool is_strong(const Tensor& tensor) { return tensor.coherence() >= coherence_min; }

std::size_t count_strong(const Cells& cells, const std::vector<std::size_t>& group) {
  return static_cast<std::size_t>(
      std::ranges::count_if(group, [&](std::size_t cell) { return is_strong(cells.tensors[cell]); }));
}

Bars bars_of(const Cells& cells, const std::vector<std::size_t>& group) {
  Tensor sum;
  for (const std::size_t cell : group) sum.add(cells.tensors[cell]);
  const double angle = sum.angle(), cosine = std::cos(angle), sine = std::sin(angle);
  double left = std::numeric_limits<double>::max(), top = left, right = -left, bottom = -left;
  for (const std::size_t cell : group) {
    const std::size_t column = cell % cells.columns, row = cell / cells.columns;
    const double x = (static_cast<double>(column) + 0.5) * cell_px;
    const double y = (static_cast<double>(row) + 0.5) * cell_px;
    const double along = (x * cosine) + (y * sine), across = (y * cosine) - (x * sine);
    left = std::min(left, along);
    right = std::max(right, along);
    top = std::min(top, across);
    bottom = std::max(bottom, across);
  }
  constexpr double half_cell = cell_px / 2.0;
  return {.angle = angle,
          .left = left - half_cell - quiet_px,
          .top = top - half_cell,
          .width = right - left + cell_px + (2 * quiet_px),
          .height = bottom - top + cell_px};
}

struct Group {
  std::vector<std::size_t> cells;
  std::size_t strong = 0;  // how many of them are
  Bars bars = {};
};

/// Of stacked bars, as of PDF417, a stretch may have stronger edges between rows than between bars, and part the
/// others: they lie side by side, and turned alike.
bool are_of_one(const Bars& a, const Bars& b) {
  constexpr double angle_max = 0.15, gap_max = 0.5, overlap_min = 0.5;
  if (angle_between(a.angle, b.angle) > angle_max) return false;
  const double cosine = std::cos(a.angle), sine = std::sin(a.angle);
  const PagePoint middle = b.placement().of({.x = b.width / 2, .y = b.height / 2});
  const double along = (middle.x * cosine) + (middle.y * sine), across = (middle.y * cosine) - (middle.x * sine);
  const double lower = std::min(a.height, b.height);
  const double gap = std::abs(along - a.left - (a.width / 2)) - ((a.width + b.width) / 2) + (2 * quiet_px);
  const double overlap = ((a.height + b.height) / 2) - std::abs(across - a.top - (a.height / 2));
  return gap <= gap_max * lower && overlap >= overlap_min * lower;
}

/// Each joins the first that it is a part of.
void join(const Cells& cells, std::vector<Group>& groups) {
  for (std::size_t i = 0; i < groups.size(); ++i)
    for (std::size_t j = i + 1; j < groups.size();) {
      if (!are_of_one(groups[i].bars, groups[j].bars)) {
        ++j;
        continue;
      }
      groups[i].cells.insert(groups[i].cells.end(), groups[j].cells.begin(), groups[j].cells.end());
      groups[i].bars = bars_of(cells, groups[i].cells);
      groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(j));
      j = i + 1;
    }
}

std::uint8_t sample(const GrayImage& image, double x, double y) {
  constexpr std::uint8_t white = 255;
  // The middle of the first pixel is at (0.5, 0.5).
  const double left = std::floor(x - 0.5), top = std::floor(y - 0.5);
  if (left < 0 || top < 0 || left + 1 >= image.width_px || top + 1 >= image.height_px) return white;
  const double share_x = x - 0.5 - left, share_y = y - 0.5 - top;
  const std::uint8_t* at =
      image.pixels.data() + (static_cast<std::size_t>(top) * image.width_px) + static_cast<std::size_t>(left);
  const double upper = at[0] + (share_x * (at[1] - at[0]));
  const double lower = at[image.width_px] + (share_x * (at[image.width_px + 1] - at[image.width_px]));
  return static_cast<std::uint8_t>(std::lround(upper + (share_y * (lower - upper))));
}

}  // namespace

std::vector<Bars> find_bars(const GrayImage& image) {
  if (image.width_px < 3 || image.height_px < 3) return {};
  Cells cells = cells_of(image);
  std::vector<Group> groups;
  for (std::size_t cell = 0; cell < cells.tensors.size(); ++cell) {
    if (!cells.is_free[cell] || !is_strong(cells.tensors[cell])) continue;
    Group group{.cells = take_group(cells, cell)};
    group.strong = count_strong(cells, group.cells);
    if (group.strong < strong_cells_min || group.cells.size() > group.strong * weak_cells_max) continue;
    group.bars = bars_of(cells, group.cells);
    if (group.bars.height >= height_px_min) groups.push_back(std::move(group));
  }
  std::ranges::sort(groups, {},
                    [](const Group& group) { return std::pair(-static_cast<double>(group.strong), group.cells[0]); });
  if (groups.size() > bars_max) groups.resize(bars_max);
  join(cells, groups);
  std::vector<Bars> bars;
  std::ranges::transform(groups, std::back_inserter(bars), &Group::bars);
  return bars;
}

Placement Bars::placement() const {
  const double cosine = std::cos(angle), sine = std::sin(angle);
  return {.a = cosine,
          .b = sine,
          .c = -sine,
          .d = cosine,
          .e = (left * cosine) - (top * sine),
          .f = (left * sine) + (top * cosine)};
}

GrayImage level(const GrayImage& image, const Bars& bars) {
  const Placement placement = bars.placement();
  GrayImage levelled{.width_px = static_cast<std::uint32_t>(std::ceil(bars.width)),
                     .height_px = static_cast<std::uint32_t>(std::ceil(bars.height)),
                     .dpi = image.dpi,
                     .pixels = {}};
  levelled.pixels.reserve(std::size_t{levelled.width_px} * levelled.height_px);
  for (std::uint32_t y = 0; y < levelled.height_px; ++y)
    for (std::uint32_t x = 0; x < levelled.width_px; ++x) {
      const PagePoint at = placement.of({.x = x + 0.5, .y = y + 0.5});
      levelled.pixels.push_back(sample(image, at.x, at.y));
    }
  return levelled;
}

}  // namespace docmill::codes
