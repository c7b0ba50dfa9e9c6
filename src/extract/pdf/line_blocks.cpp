#include "extract/pdf/line_blocks.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace docmill::pdf {
namespace {

struct Extent {
  double low = 0, high = 0;
  double length() const { return high - low; }
};

/// A line as its reader sees it, whose eyes it runs past from left to right.
struct SeenLine {
  int quarter_turns = 0;           // clockwise
  Extent along = {}, across = {};  // across grows from a line to the next
  double height = 0;
};

Extent reversed(const Extent& extent) { return {.low = -extent.high, .high = -extent.low}; }

/// Glyphs of East Asian columns stand upright, one below the other.
bool runs_down(const LinePlace& line) {
  const double width = line.box.right - line.box.left;
  const double height = line.box.bottom - line.box.top;
  return line.rotation_deg == 0 && height > 2 * width && width > 0;
}

SeenLine seen(const LinePlace& line) {
  const Extent x{.low = line.box.left, .high = line.box.right};
  const Extent y{.low = line.box.top, .high = line.box.bottom};
  const int turns = runs_down(line) ? 1 : (static_cast<int>(std::lround(line.rotation_deg / 90.0)) + 4) % 4;
  SeenLine result;
  result.quarter_turns = turns;
  result.along = turns == 0 ? x : turns == 1 ? y : turns == 2 ? reversed(x) : reversed(y);
  result.across = turns == 0 ? y : turns == 1 ? reversed(x) : turns == 2 ? reversed(y) : x;
  result.height = line.type_height_pt > 0 && !runs_down(line) ? line.type_height_pt : result.across.length();
  return result;
}

/// From the line to the next one, in heights of their type; nothing where that one is no neighbour below it: it runs
/// another way, stands beside, above or far below.
std::optional<double> gap_between(const SeenLine& line, const SeenLine& next, const Extent& column) {
  constexpr double size_ratio_max = 1.25;  // a heading is larger
  constexpr double gap_max = 2;
  const double height = std::min(line.height, next.height);
  if (line.quarter_turns != next.quarter_turns || !(height > 0)) return std::nullopt;
  if (std::max(line.height, next.height) > size_ratio_max * height) return std::nullopt;
  if (std::min(column.high, next.along.high) <= std::max(column.low, next.along.low)) return std::nullopt;
  const double gap = (next.across.low - line.across.high) / height;
  if (gap < -1 || gap > gap_max) return std::nullopt;
  return gap;
}

/// How far lines of a paragraph are apart on this page: 0 and more.
double usual_gap(std::span<const SeenLine> lines) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (const auto gap = gap_between(lines[i - 1], lines[i], lines[i - 1].along)) gaps.push_back(*gap);
  if (gaps.empty()) return 0;
  // Not the median: a form has more gaps between its parts than in them.
  const auto lower_third = gaps.begin() + static_cast<std::ptrdiff_t>((gaps.size() - 1) / 3);
  std::ranges::nth_element(gaps, lower_third);
  return std::max(*lower_third, 0.0);
}

}  // namespace

std::vector<std::uint32_t> number_blocks(std::span<const LinePlace> lines) {
  constexpr double wider_max = 0.35;  // of the type's height; half a line is a paragraph's
  std::vector<SeenLine> seen_lines(lines.size());
  std::ranges::transform(lines, seen_lines.begin(), seen);
  const double usual = usual_gap(seen_lines);
  std::vector<std::uint32_t> blocks;
  blocks.reserve(lines.size());
  Extent column;  // of the block
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const SeenLine& line = seen_lines[i];
    const auto gap = i > 0 ? gap_between(seen_lines[i - 1], line, column) : std::nullopt;
    if (gap && *gap <= usual + wider_max) {
      column = {.low = std::min(column.low, line.along.low), .high = std::max(column.high, line.along.high)};
      blocks.push_back(blocks.back());
    } else {
      column = line.along;
      blocks.push_back(blocks.empty() ? 0 : blocks.back() + 1);
    }
  }
  return blocks;
}

}  // namespace docmill::pdf
