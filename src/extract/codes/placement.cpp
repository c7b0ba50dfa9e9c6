#include "extract/codes/placement.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <tuple>
#include <utility>

namespace docmill::codes {
namespace {

PagePoint middle_of(const PageCode& code) {
  const Rect box = code.box();
  return {.x = (box.left + box.right) / 2, .y = (box.top + box.bottom) / 2};
}

/// Of a row of bars a reader may have seen one line only.
bool holds(const Rect& box, const PagePoint& point) {
  constexpr double slack_pt = 2;
  return point.x >= box.left - slack_pt && point.x <= box.right + slack_pt && point.y >= box.top - slack_pt &&
         point.y <= box.bottom + slack_pt;
}

double longer_side(const Rect& box) { return std::max(box.right - box.left, box.bottom - box.top); }
double shorter_side(const Rect& box) { return std::min(box.right - box.left, box.bottom - box.top); }

/// Of bars some lines only were read, and in another picture others: as zxing-cpp has it, they are one code where the
/// gap is less than half of their length.
bool are_lines_of_one(const Rect& a, const Rect& b) {
  constexpr double flat = 0.25;
  const double length = std::min(longer_side(a), longer_side(b));
  if (shorter_side(a) > flat * longer_side(a) && shorter_side(b) > flat * longer_side(b)) return false;
  const double across = std::max({0.0, a.left - b.right, b.left - a.right});
  const double down = std::max({0.0, a.top - b.bottom, b.top - a.bottom});
  return std::hypot(across, down) < length / 2;
}

bool are_at_one_place(const PageCode& a, const PageCode& b) {
  const Rect box = a.box(), other = b.box();
  return holds(box, middle_of(b)) || holds(other, middle_of(a)) || are_lines_of_one(box, other);
}

bool is_part_of(const PageCode& part, const PageCode& whole) {
  return part.content.format == whole.content.format && part.content.bytes.size() < whole.content.bytes.size() &&
         whole.content.bytes.contains(part.content.bytes) && are_at_one_place(part, whole);
}

/// By the shoelace formula.
double area_of(const PageCode& code) {
  double sum = 0;
  for (std::size_t i = 0; i < code.corners.size(); ++i) {
    const PagePoint &a = code.corners[i], &b = code.corners[(i + 1) % code.corners.size()];
    sum += (a.x * b.y) - (b.x * a.y);
  }
  return std::abs(sum) / 2;
}

/// In a row stands what begins above the middle of the row's first.
void sort_by_rows(std::vector<PageCode>& codes) {
  const auto down = [](const PageCode& code) {
    return std::tuple(code.box().top, code.box().left, code.content.bytes);
  };
  const auto across = [](const PageCode& code) {
    return std::tuple(code.box().left, code.box().top, code.content.bytes);
  };
  std::ranges::sort(codes, {}, down);
  for (auto row = codes.begin(); row != codes.end();) {
    const double middle = middle_of(*row).y;
    // A code without height is a row.
    const auto end =
        std::find_if(std::next(row), codes.end(), [&](const PageCode& code) { return code.box().top >= middle; });
    std::ranges::sort(row, end, {}, across);
    row = end;
  }
}

}  // namespace

/// False where a matrix of the document's made no number of its place.
bool PageCodes::is_on_page(const PageCode& code) const {
  const PagePoint middle = middle_of(code);
  return middle.x >= 0 && middle.x <= width_pt_ && middle.y >= 0 && middle.y <= height_pt_;
}

PagePoint PageCodes::on_page(PagePoint point) const {
  return {.x = std::clamp(point.x, 0.0, width_pt_), .y = std::clamp(point.y, 0.0, height_pt_)};
}

void PageCodes::add(std::span<const Code> codes, const Placement& placement, CodeSource source) {
  // Those of one picture are different codes, which zxing-cpp made sure of.
  const std::size_t known = codes_.size();
  for (const Code& code : codes) {
    PageCode placed{.content = code.content, .source = source};
    std::ranges::transform(code.corners, placed.corners.begin(), [&](Point point) { return placement.of(point); });
    if (!is_on_page(placed)) continue;
    std::ranges::transform(placed.corners, placed.corners.begin(), [&](PagePoint point) { return on_page(point); });
    const auto others = std::span(codes_).first(known);
    const auto same = std::ranges::find_if(others, [&](const PageCode& other) {
      return other.content.bytes == placed.content.bytes && are_at_one_place(other, placed);
    });
    if (same == others.end())
      codes_.push_back(std::move(placed));
    else if (area_of(placed) > area_of(*same))
      same->corners = placed.corners;
  }
}

bool PageCodes::has_most_of(const Rect& part, const Placement& placement) const {
  PageCode placed;
  placed.corners = {placement.of({.x = part.left, .y = part.top}), placement.of({.x = part.right, .y = part.top}),
                    placement.of({.x = part.right, .y = part.bottom}),
                    placement.of({.x = part.left, .y = part.bottom})};
  constexpr double share_min = 0.6;
  return std::ranges::any_of(codes_, [&](const PageCode& code) {
    return holds(code.box(), middle_of(placed)) && area_of(code) >= share_min * area_of(placed);
  });
}

std::vector<PageCode> PageCodes::take() && {
  std::erase_if(codes_, [all = codes_](const PageCode& code) {
    return std::ranges::any_of(all, [&](const PageCode& other) { return is_part_of(code, other); });
  });
  sort_by_rows(codes_);
  return std::move(codes_);
}

}  // namespace docmill::codes
