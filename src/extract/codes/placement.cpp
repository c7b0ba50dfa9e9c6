#include "extract/codes/placement.h"

#include <algorithm>
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

bool are_at_one_place(const PageCode& a, const PageCode& b) {
  return holds(a.box(), middle_of(b)) || holds(b.box(), middle_of(a));
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
  const std::size_t known = codes_.size();
  for (const Code& code : codes) {
    PageCode placed{.content = code.content, .source = source};
    std::ranges::transform(code.corners, placed.corners.begin(), [&](Point point) { return placement.of(point); });
    if (!is_on_page(placed)) continue;
    std::ranges::transform(placed.corners, placed.corners.begin(), [&](PagePoint point) { return on_page(point); });
    // Those of one picture are different codes, which zxing-cpp made sure of.
    const bool is_known =
        std::any_of(codes_.begin(), codes_.begin() + static_cast<std::ptrdiff_t>(known), [&](const PageCode& other) {
          return other.content.bytes == placed.content.bytes && are_at_one_place(other, placed);
        });
    if (!is_known) codes_.push_back(std::move(placed));
  }
}

std::vector<PageCode> PageCodes::take() && {
  std::ranges::stable_sort(codes_, {}, [](const PageCode& code) {
    const Rect box = code.box();
    return std::tuple(box.top, box.left);
  });
  return std::move(codes_);
}

}  // namespace docmill::codes
