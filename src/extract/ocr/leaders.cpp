#include "extract/ocr/leaders.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <tuple>

namespace docmill::ocr {
namespace {

// In heights of a letter.
constexpr double mark_height_max = 0.4, gap_max = 0.8, rise_max = 0.2, length_min = 4;
constexpr std::size_t marks_min = 4;
// Of one that the edge of the image cuts off.
constexpr double cut_length_min = 0.6;
constexpr std::size_t cut_marks_min = 2;

}  // namespace

std::vector<bool> find_leaders(const std::vector<Component>& components, double letter_px, std::int32_t width_px) {
  std::vector<std::size_t> marks;
  for (std::size_t i = 0; i < components.size(); ++i)
    if (components[i].height() <= mark_height_max * letter_px) marks.push_back(i);
  // In bands as high as marks of one leader may differ; a leader on the edge of two bands is found in the second pass.
  std::vector<bool> found(components.size());
  const double band_px = std::max(1.0, 2 * rise_max * letter_px);
  for (const double offset_px : {0.0, band_px / 2}) {
    const auto band = [&](std::size_t mark) { return std::floor((components[mark].bottom + offset_px) / band_px); };
    std::ranges::sort(marks, {}, [&](std::size_t mark) { return std::tuple(band(mark), components[mark].left, mark); });
    for (std::size_t begin = 0; begin < marks.size();) {
      std::size_t end = begin + 1;
      std::int32_t right = components[marks[begin]].right;
      for (; end < marks.size() && band(marks[end]) == band(marks[begin]); ++end) {
        if (components[marks[end]].left - right > gap_max * letter_px) break;
        right = std::max(right, components[marks[end]].right);
      }
      const std::int32_t left = components[marks[begin]].left;
      const bool is_cut = width_px > 0 && (left < gap_max * letter_px || right > width_px - (gap_max * letter_px));
      if (end - begin >= (is_cut ? cut_marks_min : marks_min) &&
          right - left >= (is_cut ? cut_length_min : length_min) * letter_px)
        for (std::size_t i = begin; i < end; ++i) found[marks[i]] = true;
      begin = end;
    }
  }
  return found;
}

}  // namespace docmill::ocr
