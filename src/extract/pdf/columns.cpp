#include "extract/pdf/columns.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <utility>

namespace docmill::pdf {
namespace {

/// A line with its line end.
struct Line {
  std::span<const Glyph> glyphs, end;
  FS_RECTF box{};
  bool vertical = false;
};

bool is_line_end(const Glyph& glyph) { return glyph.unicode == '\r' || glyph.unicode == '\n'; }

/// Of scripts that are written from top to bottom: all their blocks lie behind this one.
bool may_run_down(const Glyph& glyph) {
  constexpr char32_t first_east_asian = 0x2E80;
  return glyph.unicode >= first_east_asian;
}

float middle_of(const FS_RECTF& box) { return (box.left + box.right) / 2; }

/// Whether glyph follows glyph downwards, in a column as wide as a glyph; so does one alone.
bool runs_down(std::span<const Glyph> glyphs) {
  const Glyph* last = nullptr;
  for (const Glyph& glyph : glyphs) {
    if (glyph.unicode <= ' ') continue;
    if (last != nullptr) {
      const float width = std::max(last->box.right - last->box.left, glyph.box.right - glyph.box.left);
      const bool below = glyph.box.top <= (last->box.top + last->box.bottom) / 2;
      if (!below || 2 * std::abs(middle_of(glyph.box) - middle_of(last->box)) > width) return false;
    }
    last = &glyph;
  }
  return last != nullptr;
}

FS_RECTF box_of(std::span<const Glyph> glyphs) {
  FS_RECTF box = glyphs.front().box;
  for (const Glyph& glyph : glyphs)
    box = {.left = std::min(box.left, glyph.box.left),
           .top = std::max(box.top, glyph.box.top),
           .right = std::max(box.right, glyph.box.right),
           .bottom = std::min(box.bottom, glyph.box.bottom)};
  return box;
}

std::vector<Line> lines_of(std::span<const Glyph> glyphs) {
  std::vector<Line> lines;
  for (auto from = glyphs.begin(); from != glyphs.end();) {
    const auto end = std::find_if(from, glyphs.end(), is_line_end);
    const auto next = std::find_if_not(end, glyphs.end(), is_line_end);
    Line line{.glyphs = {from, end}, .end = {end, next}};
    if (!line.glyphs.empty()) line.box = box_of(line.glyphs);
    line.vertical = std::ranges::any_of(line.glyphs, may_run_down) && runs_down(line.glyphs);
    lines.push_back(line);
    from = next;
  }
  return lines;
}

/// Whether two columns are of one tier: more than half of the shorter one lies beside the other.
bool stand_side_by_side(const Line& a, const Line& b) {
  const float overlap = std::min(a.box.top, b.box.top) - std::max(a.box.bottom, b.box.bottom);
  return 2 * overlap > std::min(a.box.top - a.box.bottom, b.box.top - b.box.bottom);
}

}  // namespace

std::vector<Glyph> in_column_order(std::vector<Glyph> glyphs) {
  if (std::ranges::none_of(glyphs, may_run_down)) return glyphs;
  std::vector<Line> lines = lines_of(glyphs);
  for (auto from = lines.begin(); from != lines.end();) {
    auto to = from + 1;
    while (from->vertical && to != lines.end() && to->vertical && stand_side_by_side(*(to - 1), *to)) ++to;
    // Lines of one glyph each are a row of cells.
    if (std::any_of(from, to, [](const Line& line) { return line.glyphs.size() > 1; }))
      std::sort(from, to, [](const Line& a, const Line& b) {
        if (a.box.right != b.box.right) return a.box.right > b.box.right;
        return std::less()(a.glyphs.data(), b.glyphs.data());  // as they were read
      });
    from = to;
  }
  std::vector<Glyph> ordered;
  ordered.reserve(glyphs.size() + 1);
  for (const Line& line : lines) {
    ordered.insert(ordered.end(), line.glyphs.begin(), line.glyphs.end());
    if (line.end.empty() && &line != &lines.back())
      ordered.push_back({.unicode = '\n'});
    else
      ordered.insert(ordered.end(), line.end.begin(), line.end.end());
  }
  return ordered;
}

}  // namespace docmill::pdf
