#include "extract/ocr/neighbours.h"

#include <algorithm>
#include <cstddef>

namespace docmill::ocr {
namespace {

/// Components by place, so that those nearby are found without looking at all.
class Grid {
 public:
  explicit Grid(const std::vector<Component>& components) : components_(components) {
    for (const Component& component : components) {
      columns_ = std::max(columns_, (component.right / cell_px) + 1);
      rows_ = std::max(rows_, (component.bottom / cell_px) + 1);
    }
    cells_.resize(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_));
    for (std::uint32_t index = 0; index < components.size(); ++index)
      for_cells(components[index], [&](std::vector<std::uint32_t>& cell) { cell.push_back(index); });
  }

  /// Calls `visit` with the index of every component in the area and some around it; with some more than once.
  template <typename Visit>
  void for_all_near(const Component& area, Visit visit) {
    for_cells(area, [&](const std::vector<std::uint32_t>& cell) {
      for (const std::uint32_t index : cell) visit(index, components_[index]);
    });
  }

 private:
  static constexpr std::int32_t cell_px = 32;

  template <typename Visit>
  void for_cells(const Component& area, Visit visit) {
    const std::int32_t bottom = std::min(area.bottom / cell_px, rows_ - 1);
    const std::int32_t right = std::min(area.right / cell_px, columns_ - 1);
    for (std::int32_t row = area.top / cell_px; row <= bottom; ++row)
      for (std::int32_t column = area.left / cell_px; column <= right; ++column)
        visit(cells_[(static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_)) +
                     static_cast<std::size_t>(column)]);
  }

  const std::vector<Component>& components_;
  std::int32_t columns_ = 0, rows_ = 0;
  std::vector<std::vector<std::uint32_t>> cells_;
};

struct Span {
  std::int32_t begin, end;

  std::int32_t length() const { return end - begin; }
};

// An x is half as high as an f with its ascender.
bool alike(Span a, Span b) { return 5 * std::min(a.length(), b.length()) >= 2 * std::max(a.length(), b.length()); }

bool beside(Span a, Span b) {
  return 2 * (std::min(a.end, b.end) - std::max(a.begin, b.begin)) >= std::min(a.length(), b.length());
}

Span rows_of(const Component& c) { return {.begin = c.top, .end = c.bottom}; }
Span columns_of(const Component& c) { return {.begin = c.left, .end = c.right}; }

void offer(Neighbour& nearest, std::uint32_t index, std::int32_t gap_px, std::int32_t reach_px) {
  gap_px = std::max(gap_px, 0);
  if (gap_px <= reach_px && gap_px < nearest.gap_px) nearest = {.index = index, .gap_px = gap_px};
}

}  // namespace

std::vector<Neighbours> find_neighbours(const std::vector<Component>& components) {
  Grid grid(components);
  std::vector<Neighbours> all;
  all.reserve(components.size());
  for (const Component& c : components) {
    const Component area{
        .left = c.left, .top = c.top, .right = c.right + c.height(), .bottom = c.bottom + c.width(), .ink_px = 0};
    Neighbours& nearest = all.emplace_back();
    grid.for_all_near(area, [&](std::uint32_t index, const Component& other) {
      if (other.left > c.left && alike(rows_of(c), rows_of(other)) && beside(rows_of(c), rows_of(other)))
        offer(nearest.right, index, other.left - c.right, c.height());
      if (other.top > c.top && alike(columns_of(c), columns_of(other)) && beside(columns_of(c), columns_of(other)))
        offer(nearest.below, index, other.top - c.bottom, c.width());
    });
  }
  return all;
}

}  // namespace docmill::ocr
