#include "extract/ocr_decision.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace docmill::extract {
namespace {

/// The page as cells. Cells that a thousand images share cost what one image's do, and strips of a scan that touch
/// become one patch.
class Grid {
 public:
  explicit Grid(const PageSize& page) : page_(page) {}

  void cover(const Rect& box) {
    const std::size_t left = cell(box.left / page_.width_pt, Rounding::down);
    const std::size_t right = cell(box.right / page_.width_pt, Rounding::up);
    const std::size_t top = cell(box.top / page_.height_pt, Rounding::down);
    const std::size_t bottom = cell(box.bottom / page_.height_pt, Rounding::up);
    for (std::size_t y = top; y < bottom; ++y)
      for (std::size_t x = left; x < right; ++x) covered_[(y * side) + x] = true;
  }

  /// Takes the patch around a covered cell out of the grid; nothing where there is none any more.
  struct Patch {
    std::size_t left = side, top = side, right = 0, bottom = 0, cells = 0;
  };
  Patch take(std::size_t start) {
    Patch patch;
    std::vector<std::size_t> open;
    const auto visit = [&](std::size_t at) {
      if (std::exchange(covered_[at], false)) open.push_back(at);
    };
    visit(start);
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      const std::size_t x = at % side;
      const std::size_t y = at / side;
      patch = {.left = std::min(patch.left, x),
               .top = std::min(patch.top, y),
               .right = std::max(patch.right, x + 1),
               .bottom = std::max(patch.bottom, y + 1),
               .cells = patch.cells + 1};
      if (x > 0) visit(at - 1);
      if (x + 1 < side) visit(at + 1);
      if (y > 0) visit(at - side);
      if (y + 1 < side) visit(at + side);
    }
    return patch;
  }

  Rect box_of(const Patch& patch) const {
    const auto at = [](std::size_t cells, double length) { return static_cast<double>(cells) * length / side; };
    return {.left = at(patch.left, page_.width_pt),
            .top = at(patch.top, page_.height_pt),
            .right = at(patch.right, page_.width_pt),
            .bottom = at(patch.bottom, page_.height_pt)};
  }

  double share() const {
    return static_cast<double>(std::ranges::count(covered_, true)) / static_cast<double>(side * side);
  }

  // A cell is as wide as one to two letters.
  static constexpr std::size_t side = 100;

 private:
  enum class Rounding : std::uint8_t { down, up };

  static std::size_t cell(double share, Rounding rounding) {
    const double cells = std::clamp(share, 0.0, 1.0) * side;
    // A box that ends a hair past a cell's edge does not cover the next one.
    constexpr double hair = 0.05;
    return static_cast<std::size_t>(rounding == Rounding::down ? std::floor(cells + hair) : std::ceil(cells - hair));
  }

  PageSize page_;
  std::array<bool, side * side> covered_{};
};

}  // namespace

double area_share(const Rect& box, const PageSize& page) {
  return (box.right - box.left) * (box.bottom - box.top) / (page.width_pt * page.height_pt);
}

std::vector<Rect> image_regions(std::span<const Rect> images, const PageSize& page) {
  if (images.empty()) return {};
  Grid grid(page);
  for (const Rect& image : images) grid.cover(image);
  std::vector<Rect> regions;
  for (std::size_t start = 0; start < Grid::side * Grid::side; ++start) {
    const Grid::Patch patch = grid.take(start);
    const double share = static_cast<double>(patch.cells) / (Grid::side * Grid::side);
    if (share >= scan_share_min)
      regions.push_back({.left = 0, .top = 0, .right = page.width_pt, .bottom = page.height_pt});
    else if (share >= region_share_min)
      regions.push_back(grid.box_of(patch));
  }
  return regions;
}

double cover_share(std::span<const Rect> images, const PageSize& page) {
  if (images.empty()) return 0;
  Grid grid(page);
  for (const Rect& image : images) grid.cover(image);
  return grid.share();
}

bool misses_text(const ink::TextInk& measured) {
  constexpr std::uint32_t lines = 3;
  constexpr std::uint32_t part = 5;
  const std::uint32_t unknown = measured.unknown_marks();
  return unknown >= lines * line_letters || (unknown > 0 && unknown * part >= measured.all);
}

bool may_be_outlined_text(std::span<const Rect> shapes) {
  if (shapes.size() < ink::line_marks_min) return false;
  std::vector<ink::Box> marks;
  for (const Rect& shape : shapes) {
    const auto pixels = [](double points) { return static_cast<std::int32_t>(points * ink::look_dpi / 72); };
    marks.push_back({.left = pixels(shape.left),
                     .top = pixels(shape.top),
                     .right = pixels(shape.right) + 1,
                     .bottom = pixels(shape.bottom) + 1});
  }
  const auto longest = [&] { return ink::find_rows(marks).longest; };
  if (longest() >= ink::line_marks_min) return true;
  for (ink::Box& mark : marks) mark = {.left = mark.top, .top = mark.left, .right = mark.bottom, .bottom = mark.right};
  return longest() >= ink::line_marks_min;
}

bool has_unreadable_text(std::uint32_t readable, std::uint32_t unreadable) {
  constexpr std::uint32_t lines = 3;
  constexpr std::uint32_t part = 5;
  return unreadable >= lines * line_letters || (unreadable > 0 && unreadable * part >= readable + unreadable);
}

std::vector<Rect> regions_of(std::span<const Rect> lines, const PageSize& page) {
  if (lines.empty()) return {};
  // Lines of a paragraph are closer than this; what surrounds letters helps to read them.
  constexpr double margin_pt = 9;
  Grid grid(page);
  for (const Rect& line : lines)
    grid.cover({.left = line.left - margin_pt,
                .top = line.top - margin_pt,
                .right = line.right + margin_pt,
                .bottom = line.bottom + margin_pt});
  std::vector<Rect> regions;
  for (std::size_t start = 0; start < Grid::side * Grid::side; ++start)
    if (const Grid::Patch patch = grid.take(start); patch.cells > 0) regions.push_back(grid.box_of(patch));
  return regions;
}

bool has_ocr_layer(const pdf::Content& content) {
  return !content.images.empty() && content.invisible_text_objects * 2 > content.text_objects;
}

bool may_have_ocr_layer(const pdf::Content& content) {
  return !content.images.empty() &&
         std::max(content.invisible_text_objects, content.covered_text_objects) * 2 > content.text_objects;
}

}  // namespace docmill::extract
