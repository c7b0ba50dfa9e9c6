#include "extract/ocr/reading_order.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

namespace docmill::ocr {
namespace {

// A line of prose has more words, even in a narrow column.
constexpr double words_per_cell_max = 3.2;
// Two addresses side by side are read one after the other; an amount beside its label is not.
constexpr double words_per_cell_of_two_max = 1.8;
constexpr std::size_t rows_min = 2;
constexpr double level_share_min = 0.6;  // of lines with another beside them
// Columns are farther apart than words. Spaces of equal width, one below the other, look like a gap between columns.
constexpr double word_gap_max = 1.3 * Engine::letter_px;

struct Extent {
  std::int32_t left = INT32_MAX, top = INT32_MAX, right = INT32_MIN, bottom = INT32_MIN;

  void add(const Extent& other) {
    left = std::min(left, other.left);
    top = std::min(top, other.top);
    right = std::max(right, other.right);
    bottom = std::max(bottom, other.bottom);
  }
  std::int32_t height() const { return bottom - top; }
};

struct Line {
  std::vector<Word> words;
  Extent extent;
};

struct Block {
  std::vector<Line> lines;
  Extent extent;
};

std::vector<Block> blocks_of(std::vector<Word> words) {
  std::vector<Block> blocks;
  std::optional<std::uint32_t> block_index, line_index;
  for (Word& word : words) {
    if (std::exchange(block_index, word.block_index) != word.block_index) blocks.emplace_back();
    Block& block = blocks.back();
    const bool same_line = std::exchange(line_index, word.line_index) == word.line_index;
    if (!same_line || block.lines.empty()) block.lines.emplace_back();
    const Extent extent{.left = word.left_px, .top = word.top_px, .right = word.right_px, .bottom = word.bottom_px};
    block.extent.add(extent);
    block.lines.back().extent.add(extent);
    block.lines.back().words.push_back(std::move(word));
  }
  return blocks;
}

bool level(const Extent& a, const Extent& b) {
  return 2 * (std::min(a.bottom, b.bottom) - std::max(a.top, b.top)) >= std::min(a.height(), b.height());
}

bool apart(const Extent& a, const Extent& b) { return a.right <= b.left || b.right <= a.left; }

/// Blocks that could be columns of one table, as indices.
using Group = std::vector<std::size_t>;

/// Blocks from `first` on that are side by side with it or with each other.
Group side_by_side(const std::vector<Block>& blocks, std::size_t first, const std::vector<bool>& taken) {
  Group group{first};
  for (std::size_t next = 0; next < group.size(); ++next)
    for (std::size_t other = first + 1; other < blocks.size(); ++other) {
      const Extent &a = blocks[group[next]].extent, &b = blocks[other].extent;
      if (!taken[other] && std::ranges::find(group, other) == group.end() && apart(a, b) && level(a, b))
        group.push_back(other);
    }
  std::ranges::sort(group);
  return group;
}

bool has_level_line(const std::vector<Block>& blocks, const Group& group, std::size_t own, const Line& line) {
  return std::ranges::any_of(group, [&](std::size_t other) {
    return other != own && std::ranges::any_of(blocks[other].lines, [&](const Line& candidate) {
             return level(line.extent, candidate.extent) && apart(line.extent, candidate.extent);
           });
  });
}

std::size_t columns_in(const std::vector<Block>& blocks, const Group& group) {
  std::size_t columns = 0;
  for (const std::size_t index : group) {
    const auto beside = std::ranges::count_if(
        group, [&](std::size_t other) { return other != index && level(blocks[index].extent, blocks[other].extent); });
    columns = std::max(columns, static_cast<std::size_t>(beside) + 1);
  }
  return columns;
}

/// A column of amounts or page numbers, each beside a line of the others.
bool is_column_of_entries(const std::vector<Block>& blocks, const Group& group, std::size_t index) {
  constexpr double words_max = 1.3, level_min = 0.9;
  const std::vector<Line>& lines = blocks[index].lines;
  std::size_t words = 0, level_lines = 0;
  for (const Line& line : lines) {
    words += line.words.size();
    if (has_level_line(blocks, group, index, line)) ++level_lines;
  }
  const auto count = static_cast<double>(lines.size());
  return static_cast<double>(words) <= words_max * count && static_cast<double>(level_lines) >= level_min * count;
}

bool is_table(const std::vector<Block>& blocks, const Group& group) {
  if (group.size() < 2) return false;
  std::size_t lines = 0, words = 0, level_lines = 0, rows = 0;
  for (const std::size_t index : group) {
    lines += blocks[index].lines.size();
    rows = std::max(rows, blocks[index].lines.size());
    for (const Line& line : blocks[index].lines) {
      words += line.words.size();
      if (has_level_line(blocks, group, index, line)) ++level_lines;
    }
  }
  const auto count = static_cast<double>(lines);
  std::size_t entries = 0;
  for (const std::size_t index : group)
    if (is_column_of_entries(blocks, group, index)) entries += blocks[index].lines.size();
  if (entries >= std::min(rows, rows_min) && entries > 0 && static_cast<double>(level_lines) >= level_share_min * count)
    return true;
  const double words_max = columns_in(blocks, group) > 2 ? words_per_cell_max : words_per_cell_of_two_max;
  const std::size_t rows_least = columns_in(blocks, group) > 2 ? 1 : rows_min;
  return rows >= rows_least && static_cast<double>(level_lines) >= level_share_min * count &&
         static_cast<double>(words) <= words_max * count;
}

/// The gap to what follows on the same level, if anything does.
std::optional<std::int32_t> gap_behind(const std::vector<Block>& blocks, const Group& group, const Line& line) {
  std::optional<std::int32_t> gap;
  for (const std::size_t index : group)
    for (const Line& other : blocks[index].lines)
      if (level(line.extent, other.extent) && other.extent.left >= line.extent.right)
        gap = std::min(gap.value_or(INT32_MAX), other.extent.left - line.extent.right);
  return gap;
}

/// Lines of prose that were torn apart where spaces stand one below the other.
bool is_torn(const std::vector<Block>& blocks, const Group& group) {
  std::size_t gaps = 0, narrow = 0;
  for (const std::size_t index : group)
    for (const Line& line : blocks[index].lines)
      if (const auto gap = gap_behind(blocks, group, line)) {
        ++gaps;
        if (*gap <= word_gap_max) ++narrow;
      }
  return 2 * narrow > gaps;
}

/// One block of rows, in each the cells from left to right.
Block as_rows(std::vector<Block>& blocks, const Group& group) {
  std::vector<Line> cells;
  for (const std::size_t index : group) std::ranges::move(blocks[index].lines, std::back_inserter(cells));
  std::ranges::sort(cells, {}, [](const Line& cell) {
    return std::tuple(cell.extent.top + cell.extent.bottom, cell.extent.left, cell.extent.right);
  });
  Block table;
  for (auto begin = cells.begin(); begin != cells.end();) {
    const auto end =
        std::find_if_not(begin, cells.end(), [&](const Line& cell) { return level(begin->extent, cell.extent); });
    std::ranges::sort(begin, end, {}, [](const Line& cell) {
      return std::tuple(cell.extent.left, cell.extent.top, cell.extent.right);
    });
    Line& row = table.lines.emplace_back();
    for (; begin != end; ++begin) std::ranges::move(begin->words, std::back_inserter(row.words));
  }
  return table;
}

std::vector<Word> counted_anew(std::vector<Block> blocks) {
  std::vector<Word> words;
  std::uint32_t block_index = 0, line_index = 0;
  for (Block& block : blocks) {
    for (Line& line : block.lines) {
      for (Word& word : line.words) {
        word.block_index = block_index;
        word.line_index = line_index;
        words.push_back(std::move(word));
      }
      ++line_index;
    }
    ++block_index;
  }
  return words;
}

}  // namespace

std::vector<Word> in_reading_order(std::vector<Word> words) {
  std::vector<Block> blocks = blocks_of(std::move(words));
  std::vector<Block> ordered;
  std::vector<bool> taken(blocks.size());
  for (std::size_t first = 0; first < blocks.size(); ++first) {
    if (taken[first]) continue;
    const Group group = side_by_side(blocks, first, taken);
    if (!is_table(blocks, group) && !is_torn(blocks, group)) {
      ordered.push_back(std::move(blocks[first]));
      continue;
    }
    for (const std::size_t index : group) taken[index] = true;
    ordered.push_back(as_rows(blocks, group));
  }
  return counted_anew(std::move(ordered));
}

}  // namespace docmill::ocr
