#include "extract/pdf/page_map.h"

#include <algorithm>
#include <cmath>

namespace docmill::pdf {
namespace {

// A sixteenth of a point is less than a pixel at 600 dpi; on a page of kilometres a coarser unit has to do.
constexpr double units_per_point_max = 16;
constexpr double side_units_max = 1 << 24;

}  // namespace

PageMap::PageMap(FPDF_PAGE page) : page_(page) {
  const double width = FPDF_GetPageWidthF(page);
  const double height = FPDF_GetPageHeightF(page);
  const double side = std::max({1.0, width, height});
  units_per_point_ = std::isfinite(side) ? std::min(units_per_point_max, side_units_max / side) : units_per_point_max;
  const auto units = [&](double length) {
    return static_cast<int>(std::clamp(length * units_per_point_, 1.0, side_units_max));
  };
  width_units_ = std::isfinite(width) ? units(width) : 1;
  height_units_ = std::isfinite(height) ? units(height) : 1;
}

Rect PageMap::displayed(const ContentBox& box) const {
  int x0 = 0;
  int y0 = 0;
  int x1 = 0;
  int y1 = 0;
  const bool mapped =
      FPDF_PageToDevice(page_, 0, 0, width_units_, height_units_, 0, box.left, box.top, &x0, &y0) != 0 &&
      FPDF_PageToDevice(page_, 0, 0, width_units_, height_units_, 0, box.right, box.bottom, &x1, &y1) != 0;
  if (!mapped) return {};
  const auto points = [&](int units, int limit) { return std::clamp(units, 0, limit) / units_per_point_; };
  return {.left = points(std::min(x0, x1), width_units_),
          .top = points(std::min(y0, y1), height_units_),
          .right = points(std::max(x0, x1), width_units_),
          .bottom = points(std::max(y0, y1), height_units_)};
}

PagePoint PageMap::displayed(double x, double y) const {
  int x_units = 0;
  int y_units = 0;
  if (FPDF_PageToDevice(page_, 0, 0, width_units_, height_units_, 0, x, y, &x_units, &y_units) == 0) return {};
  return {.x = x_units / units_per_point_, .y = y_units / units_per_point_};
}

}  // namespace docmill::pdf
