#include "extract/spaced.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <numeric>

namespace docmill::ink {
namespace {

constexpr std::int32_t height_px_min = 6, height_px_max = 150;  // smaller single marks are specks
constexpr std::size_t marks_max = 1'000;                        // a word search of 30 by 30
constexpr std::int32_t gap_max = 6;                             // in heights
constexpr std::uint32_t row_min = 5, crossing_min = 3;
constexpr std::ptrdiff_t text_min = 5;

bool may_be_single(const Box& mark) {
  return mark.height() >= height_px_min && mark.height() <= height_px_max && 2 * mark.width() <= 3 * mark.height();
}

/// An x is higher than half of an X.
bool are_alike(const Box& a, const Box& b) {
  return 3 * std::max(a.height(), b.height()) <= 5 * std::min(a.height(), b.height());
}

/// So far apart marks may be out of line where the page is askew by seven degrees.
std::int32_t slant_px(std::int32_t gap_px) { return std::max(gap_px, 0) / 8; }

bool are_level(const Box& a, const Box& b) {
  const std::int32_t tolerance_px = 1 + (std::min(a.height(), b.height()) / 5) + slant_px(b.left - a.right);
  return std::abs(a.bottom - b.bottom) <= tolerance_px || std::abs(a.top - b.top) <= tolerance_px;
}

/// By their middles, or by the left edges of what a program wrote.
bool are_one_below_the_other(const Box& a, const Box& b) {
  const std::int32_t tolerance_px = 1 + (std::min(a.height(), b.height()) / 3) + slant_px(b.top - a.bottom);
  return std::abs(a.left + a.right - b.left - b.right) <= 2 * tolerance_px || std::abs(a.left - b.left) <= tolerance_px;
}

/// Chains of marks, each of which has the next one as its neighbour.
class Chains {
 public:
  explicit Chains(std::size_t count) : parents_(count), lengths_(count, 1) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
  }

  void join(std::size_t a, std::size_t b) {
    a = root(a);
    b = root(b);
    if (a == b) return;
    parents_[b] = a;
    lengths_[a] += lengths_[b];
  }
  std::uint32_t length(std::size_t one) { return lengths_[root(one)]; }

 private:
  std::size_t root(std::size_t one) {
    while (parents_[one] != one) one = parents_[one] = parents_[parents_[one]];
    return one;
  }

  std::vector<std::size_t> parents_;
  std::vector<std::uint32_t> lengths_;
};

/// Joins every mark with the nearest of those that `gap_between` gives a gap for.
template <typename GapBetween>
Chains chains_of(std::span<const Box> marks, GapBetween gap_between) {
  Chains chains(marks.size());
  for (std::size_t i = 0; i < marks.size(); ++i) {
    std::int32_t nearest = gap_max * marks[i].height();
    std::size_t next = i;
    for (std::size_t j = 0; j < marks.size(); ++j) {
      const std::int32_t gap = gap_between(marks[i], marks[j]);
      if (gap < 0 || gap > nearest || !are_alike(marks[i], marks[j])) continue;
      nearest = gap;
      next = j;
    }
    chains.join(i, next);
  }
  return chains;
}

std::int32_t gap_to_the_right(const Box& left, const Box& right) {
  return are_level(left, right) ? right.left - left.right : -1;
}

std::int32_t gap_below(const Box& upper, const Box& lower) {
  return are_one_below_the_other(upper, lower) ? lower.top - upper.bottom : -1;
}

}  // namespace

std::vector<bool> find_spaced(std::span<const Box> marks) {
  std::vector<bool> spaced(marks.size());
  std::vector<std::size_t> indices;
  std::vector<Box> single;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (!may_be_single(marks[i])) continue;
    if (single.size() == marks_max) return spaced;
    indices.push_back(i);
    single.push_back(marks[i]);
  }
  Chains rows = chains_of(single, gap_to_the_right), columns = chains_of(single, gap_below);
  for (std::size_t i = 0; i < single.size(); ++i) {
    const auto [fewer, more] = std::minmax({rows.length(i), columns.length(i)});
    spaced[indices[i]] = more >= row_min || fewer >= crossing_min;
  }
  return spaced;
}

bool are_spaced_text(std::span<const Box> marks) {
  const std::vector<bool> spaced = find_spaced(marks);
  const std::ptrdiff_t count = std::ranges::count(spaced, true);
  return count >= text_min && 2 * count >= std::ranges::count_if(marks, may_be_single);
}

}  // namespace docmill::ink
