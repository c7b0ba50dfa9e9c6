#include "extract/ocr/text_lines.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numbers>

#include "extract/ocr/neighbours.h"
#include "extract/spaced.h"

namespace docmill::ocr {
namespace {

constexpr std::int32_t letter_px_min = 4;                    // the longer side; smaller letters cannot be read
constexpr std::int32_t letter_px_max = 100;                  // the shorter side
constexpr std::int32_t aspect_max = 20;                      // of a word whose letters touch; longer ones are rules
constexpr std::int32_t blot_px_min = 7;                      // smaller letters may have no holes left
constexpr double smallest_letter = 0.5, largest_letter = 4;  // in heights of a typical one: small print to titles
constexpr double skew_deg_max = 15;
constexpr int few = 20;        // letters of a short label, which is not held to majorities
constexpr int lonely_max = 3;  // of so many components with the size of a letter one stands in line, if it is text

/// A disc fills 79 % of its box. No letter is as full but those that are a stroke, and those are slender.
bool is_blot(const Component& c) {
  const auto [shorter, longer] = std::minmax({c.width(), c.height()});
  return shorter >= blot_px_min && 2 * longer <= 3 * shorter && 4 * c.ink_px >= 3 * c.width() * c.height();
}

bool has_proportions_of_text(const Component& c) {
  const auto [shorter, longer] = std::minmax({c.width(), c.height()});
  return longer >= letter_px_min && shorter <= letter_px_max && longer <= aspect_max * shorter && !is_blot(c);
}

/// Whether lines run along the page, down it, or nowhere: then neighbours are as often below as beside.
enum class Direction { none, across, down };

Direction direction_of(const std::vector<Neighbours>& neighbours) {
  int across = 0, down = 0;
  for (const Neighbours& n : neighbours) {
    if (n.right.gap_px < n.below.gap_px) ++across;
    if (n.below.gap_px < n.right.gap_px) ++down;
  }
  const auto [fewer, more] = std::minmax(across, down);
  if (more == 0 || (more >= few && 2 * more < 3 * fewer)) return Direction::none;
  return across >= down ? Direction::across : Direction::down;
}

/// Which components have a neighbour in their line.
std::vector<bool> find_linked(const std::vector<Neighbours>& neighbours, Direction direction) {
  std::vector<bool> has_neighbour(neighbours.size());
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    const std::uint32_t next = (direction == Direction::down ? neighbours[i].below : neighbours[i].right).index;
    if (next != Neighbour::nobody) has_neighbour[i] = has_neighbour[next] = true;
  }
  return has_neighbour;
}

std::vector<bool> find_spaced(const std::vector<Component>& components) {
  std::vector<ink::Box> marks;
  for (const Component& c : components) marks.push_back(mark_of(c));
  return ink::find_spaced(marks);
}

/// A component as the line sees it: how long it is along the line and how high across it.
struct Extent {
  std::int32_t length, height;
};

Extent extent_of(const Component& c, Direction direction) {
  if (direction == Direction::down) return {.length = c.height(), .height = c.width()};
  return {.length = c.width(), .height = c.height()};
}

/// The height with as much length of line below as above it. Specks are short, however many they are.
std::int32_t typical_height(const std::vector<Component>& letters, Direction direction) {
  std::vector<Extent> extents;
  std::int64_t length = 0;
  for (const Component& letter : letters) {
    extents.push_back(extent_of(letter, direction));
    length += extents.back().length;
  }
  std::ranges::sort(extents, {}, &Extent::height);
  std::int64_t below = 0;
  for (const Extent& extent : extents) {
    below += extent.length;
    if (2 * below >= length) return extent.height;
  }
  return 0;
}

/// Where the edge of a letter is: along its line, and across it.
struct Edge {
  float along, across;
};

/// How sharply edges stand in lines that fall by `fall_deg`: the mean logarithm of how many share a line with one.
/// Unlike a sum of squares it is not swayed by a column's left margin, which is one line among many.
double sharpness(const std::vector<Edge>& edges, double fall_deg, double line_px, std::vector<int>& counts) {
  const auto fall = static_cast<float>(std::tan(fall_deg * std::numbers::pi / 180) / line_px);
  const auto scale = static_cast<float>(1 / line_px);
  const auto line_of = [=](const Edge& edge) { return (edge.across * scale) - (edge.along * fall); };
  float lowest = line_of(edges.front()), highest = lowest;
  for (const Edge& edge : edges) {
    lowest = std::min(lowest, line_of(edge));
    highest = std::max(highest, line_of(edge));
  }
  counts.assign(static_cast<std::size_t>(highest - lowest) + 1, 0);
  for (const Edge& edge : edges) ++counts[static_cast<std::size_t>(line_of(edge) - lowest)];
  double sum = 0;
  for (const int count : counts)
    if (count > 1) sum += count * std::log(count);
  return sum / static_cast<double>(edges.size());
}

struct Peak {
  double fall_deg = 0, sharpness = 0;
};

Peak sharpest(const std::vector<Edge>& edges, double line_px) {
  constexpr double better = 0.02;  // a straight page stays as it is unless another angle is clearly better
  std::vector<int> counts;
  Peak best{.fall_deg = 0, .sharpness = sharpness(edges, 0, line_px, counts) + better};
  const auto sweep = [&](double from, double to, double step) {
    for (double fall = from; fall <= to; fall += step) {
      const double here = sharpness(edges, fall, line_px, counts);
      if (here > best.sharpness) best = {.fall_deg = fall, .sharpness = here};
    }
  };
  sweep(-skew_deg_max - 1, skew_deg_max + 1, 0.5);
  sweep(best.fall_deg - 0.4, best.fall_deg + 0.4, 0.1);
  return best;
}

/// Lines fall to the right, or where they are vertical to the left, by the angle that turns the page back.
void measure_stand(TextLines& lines) {
  std::vector<Edge> bottoms, tops;
  for (const Component& letter : lines.letters) {
    const auto x = static_cast<float>(letter.left + letter.right) / 2,
               y = static_cast<float>(letter.top + letter.bottom) / 2;
    if (lines.vertical) {
      bottoms.push_back({.along = y, .across = static_cast<float>(letter.right)});
      tops.push_back({.along = y, .across = static_cast<float>(letter.left)});
    } else {
      bottoms.push_back({.along = x, .across = static_cast<float>(letter.bottom)});
      tops.push_back({.along = x, .across = static_cast<float>(letter.top)});
    }
  }
  const double line_px = std::max(1.0, lines.height_px / 5);
  const Peak bottom = sharpest(bottoms, line_px), top = sharpest(tops, line_px);
  const double fall_deg = (bottom.sharpness > top.sharpness ? bottom : top).fall_deg;
  lines.skew_deg = lines.vertical ? fall_deg : -fall_deg;
  lines.standing = std::exp(bottom.sharpness - top.sharpness);
}

/// Of the components those that stand in line, if they are enough of what could be letters.
TextLines lines_of(const std::vector<Component>& possible, const std::vector<bool>& in_line, Direction direction) {
  TextLines lines;
  for (std::size_t i = 0; i < possible.size(); ++i)
    if (in_line[i]) lines.letters.push_back(possible[i]);
  lines.vertical = direction == Direction::down;
  lines.height_px = typical_height(lines.letters, direction);
  std::erase_if(lines.letters, [&](const Component& letter) { return !lines.could_be_letter(letter); });
  if (lines.letters.empty()) return {};
  const auto alike = std::ranges::count_if(possible, [&](const Component& c) { return lines.could_be_letter(c); });
  if (alike >= few && static_cast<std::ptrdiff_t>(lines.letters.size()) * lonely_max < alike) return {};
  measure_stand(lines);
  return lines;
}

}  // namespace

bool TextLines::could_be_letter(const Component& component) const {
  const std::int32_t height = extent_of(component, vertical ? Direction::down : Direction::across).height;
  return has_proportions_of_text(component) && height >= smallest_letter * height_px &&
         height <= largest_letter * height_px;
}

bool could_be_letter_of_any_size(const Component& component) { return has_proportions_of_text(component); }

TextLines find_text_lines(const std::vector<Component>& components) {
  std::vector<Component> possible;
  std::ranges::copy_if(components, std::back_inserter(possible), has_proportions_of_text);
  const std::vector<Neighbours> neighbours = find_neighbours(possible);
  const Direction direction = direction_of(neighbours);
  std::vector<bool> in_line(possible.size());
  if (direction != Direction::none) in_line = find_linked(neighbours, direction);
  TextLines lines = lines_of(possible, in_line, direction);
  if (!lines.letters.empty()) return lines;
  // Letters of a grid have no neighbours, and stand in line all the same. Where they are turned, reading tells.
  const std::vector<bool> spaced = find_spaced(possible);
  if (std::ranges::none_of(spaced, std::identity())) return lines;
  for (std::size_t i = 0; i < spaced.size(); ++i) in_line[i] = in_line[i] || spaced[i];
  lines = lines_of(possible, in_line, direction == Direction::down ? direction : Direction::across);
  lines.are_single = true;
  return lines;
}

}  // namespace docmill::ocr
