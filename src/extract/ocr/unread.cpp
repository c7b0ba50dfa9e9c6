#include "extract/ocr/unread.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <numeric>
#include <span>
#include <tuple>
#include <utility>

#include "extract/ocr/neighbours.h"
#include "extract/ocr/words.h"

namespace docmill::ocr {
namespace {

constexpr std::size_t marks_max = 20'000;  // without a word: a page of foliage has more
constexpr std::size_t letters_in_row_min = 2, letters_min = 3;
constexpr double line_gap_max = 2.2;    // in heights of a letter
constexpr double column_gap_max = 1.0;  // between rows that stand in one column
constexpr double word_gap_max = 3.0;    // between parts of one line
// The edges of letters as small are too faint to be measured, and some letters to be seen: at the ends of a line, too.
constexpr double faint_px_max = 8, faint_ends = 4;
constexpr double alike_max = 1.35;  // heights of rows of one size

struct Row {
  Box box = nowhere;
  double height_px = 0;
  std::size_t letters = 0;
};

/// Sets of numbers from 0 on that grow together.
class Sets {
 public:
  explicit Sets(std::size_t count) : parents_(count) { std::iota(parents_.begin(), parents_.end(), std::size_t{0}); }

  std::size_t find(std::size_t one) {
    while (parents_[one] != one) one = parents_[one] = parents_[parents_[one]];
    return one;
  }
  void join(std::size_t a, std::size_t b) {
    const auto [older, younger] = std::minmax({find(a), find(b)});
    parents_[younger] = older;
  }

 private:
  std::vector<std::size_t> parents_;
};

double height_of(const Box& box) { return box.bottom - box.top; }

Box upright_of(const Box& on_page, const Page& page, std::int32_t turn_deg) {
  return turned(turned(on_page, page.lines.skew_deg), turn_deg);
}

/// Marks without a word, as they stand on the upright page.
std::vector<Box> unread_marks(const Page& page, const std::vector<Box>& read, std::int32_t turn_deg) {
  std::vector<Box> marks;
  for (const Component& mark : page.marks) {
    const Box box = box_of(mark);
    if (std::ranges::any_of(read, [&](const Box& word) { return holds_middle(word, box); })) continue;
    if (marks.size() == marks_max) return {};
    marks.push_back(upright_of(box, page, turn_deg));
  }
  return marks;
}

/// `marks` in whole pixels from 0 on, as the finder of neighbours takes them.
std::vector<Component> as_components(const std::vector<Box>& marks) {
  Box all = nowhere;
  for (const Box& mark : marks) all = around(all, mark);
  std::vector<Component> components;
  for (const Box& mark : marks)
    components.push_back({.left = static_cast<std::int32_t>(std::lround(mark.left - all.left)),
                          .top = static_cast<std::int32_t>(std::lround(mark.top - all.top)),
                          .right = static_cast<std::int32_t>(std::lround(mark.right - all.left)),
                          .bottom = static_cast<std::int32_t>(std::lround(mark.bottom - all.top)),
                          .ink_px = 0});
  return components;
}

/// The height with as much length of line below as above it, as TextLines has it.
double typical_height(std::vector<Box> letters) {
  std::ranges::sort(letters, {}, height_of);
  double length = 0, below = 0;
  for (const Box& letter : letters) length += letter.right - letter.left;
  for (const Box& letter : letters) {
    below += letter.right - letter.left;
    if (2 * below >= length) return height_of(letter);
  }
  return 0;
}

std::vector<Row> rows_of(const std::vector<Box>& marks) {
  const std::vector<Neighbours> neighbours = find_neighbours(as_components(marks));
  Sets sets(marks.size());
  for (std::size_t i = 0; i < marks.size(); ++i)
    if (neighbours[i].right.index != Neighbour::nobody) sets.join(i, neighbours[i].right.index);
  std::vector<std::vector<std::size_t>> members(marks.size());
  for (std::size_t i = 0; i < marks.size(); ++i) members[sets.find(i)].push_back(i);
  std::vector<Row> rows;
  for (const std::vector<std::size_t>& row : members) {
    if (row.empty()) continue;
    Row& added = rows.emplace_back();
    std::vector<Box> letters;
    for (const std::size_t mark : row) {
      added.box = around(added.box, marks[mark]);
      letters.push_back(marks[mark]);
    }
    added.height_px = typical_height(std::move(letters));
    added.letters = row.size();
  }
  return rows;
}

bool are_in_one_column(const Row& a, const Row& b) {
  const auto [low, high] = std::minmax(a.height_px, b.height_px);
  if (high > alike_max * low) return false;
  const double gap_px = std::max(a.box.top, b.box.top) - std::min(a.box.bottom, b.box.bottom);
  const double aside_px = std::max(a.box.left, b.box.left) - std::min(a.box.right, b.box.right);
  const bool are_level = -gap_px >= low / 2;
  return gap_px <= line_gap_max * high && aside_px <= (are_level ? word_gap_max : column_gap_max) * high;
}

/// Words from `begin` on that stand in one line or block.
template <typename Iterator, typename Index>
Iterator end_of(Iterator begin, Iterator end, Index index) {
  return std::find_if(begin, end,
                      [&](const Word& word) { return std::invoke(index, word) != std::invoke(index, *begin); });
}

bool are_level(const Box& a, const Box& b) {
  return std::min(a.bottom, b.bottom) - std::max(a.top, b.top) >= std::max(height_of(a), height_of(b)) / 2;
}

/// Boxes by their tops, to find those that stand level with another.
class ByTop {
 public:
  explicit ByTop(std::vector<Box> boxes) : boxes_(std::move(boxes)) {
    std::ranges::sort(boxes_, {}, &Box::top);
    for (const Box& box : boxes_) height_px_max_ = std::max(height_px_max_, height_of(box));
  }

  /// Those that may reach into the band.
  std::span<const Box> within(double top, double bottom) const {
    const auto begin = std::ranges::lower_bound(boxes_, top - height_px_max_, {}, &Box::top);
    return {begin, std::ranges::lower_bound(begin, boxes_.end(), bottom, {}, &Box::top)};
  }

 private:
  std::vector<Box> boxes_;
  double height_px_max_ = 0;
};

/// Whether three letters or more of the word stand below each other. Those of one line overlap.
bool runs_down(const Box& word, const ByTop& marks) {
  constexpr int lines_min = 3;
  int lines = 0;
  double below = word.top;
  for (const Box& mark : marks.within(word.top, word.bottom)) {
    if (!holds_middle(word, mark) || mark.top < below) continue;
    ++lines;
    below = mark.bottom;
  }
  return lines >= lines_min;
}

bool could_stand_in_line(const Box& letter, const Box& word) {
  constexpr double height_min = 0.6, height_max = 1.2, level_min = 0.7;  // in heights of the word; of the letter
  const double level_px = std::min(letter.bottom, word.bottom) - std::max(letter.top, word.top);
  return height_of(letter) >= height_min * height_of(word) && height_of(letter) <= height_max * height_of(word) &&
         level_px >= level_min * height_of(letter);
}

/// Puts the line among the words of one that it belongs to: level with it, between the edges of its block, where
/// nothing stands. False where there is none.
bool add_to_line(std::vector<Word>& words, std::span<const Word> added) {
  const Box place = box_of(added);
  for (auto block = words.begin(); block != words.end();) {
    const auto block_end = end_of(block, words.end(), &Word::block_index);
    const Box block_box = box_of({block, block_end});
    const bool inside = place.left >= block_box.left && place.right <= block_box.right;
    for (auto line = block; inside && line != block_end;) {
      const auto line_end = end_of(line, block_end, &Word::line_index);
      const auto stands_here = [&](const Word& word) {
        return word.left_px < place.right && word.right_px > place.left;
      };
      if (are_level(box_of({line, line_end}), place) && std::none_of(line, line_end, stands_here)) {
        const auto next = std::find_if(line, line_end, [&](const Word& word) { return word.left_px >= place.right; });
        const Word& sample = *line;
        std::vector<Word> placed(added.begin(), added.end());
        for (Word& word : placed) {
          word.block_index = sample.block_index;
          word.line_index = sample.line_index;
        }
        words.insert(next, std::make_move_iterator(placed.begin()), std::make_move_iterator(placed.end()));
        return true;
      }
      line = line_end;
    }
    block = block_end;
  }
  return false;
}

/// Puts the block behind the last one that ends above its middle.
void add_block(std::vector<Word>& words, std::span<const Word> added) {
  const Box box = box_of(added);
  auto place = words.begin();
  for (auto begin = words.begin(); begin != words.end();) {
    const auto end = end_of(begin, words.end(), &Word::block_index);
    if (2 * box_of({begin, end}).bottom <= box.top + box.bottom) place = end;
    begin = end;
  }
  words.insert(place, added.begin(), added.end());
}

}  // namespace

std::vector<Unread> find_unread(const Page& page, const std::vector<Box>& read, std::int32_t turn_deg) {
  std::vector<Row> rows = rows_of(unread_marks(page, read, turn_deg));
  std::ranges::sort(rows, {}, [](const Row& row) { return std::pair(row.box.top, row.box.left); });
  Sets sets(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      // Rows come by their tops; one that begins so far below is in no column with this one.
      if (rows[j].box.top > rows[i].box.bottom + (line_gap_max * alike_max * rows[i].height_px)) break;
      if (are_in_one_column(rows[i], rows[j])) sets.join(i, j);
    }
  std::vector<Unread> all(rows.size());
  std::vector<double> heights(rows.size());
  std::vector<bool> has_row(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t set = sets.find(i);
    all[set].part.box = all[set].letters == 0 ? rows[i].box : around(all[set].part.box, rows[i].box);
    all[set].letters += rows[i].letters;
    heights[set] += rows[i].height_px * static_cast<double>(rows[i].letters);
    if (rows[i].letters >= letters_in_row_min) has_row[set] = true;
  }
  std::vector<Unread> parts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].letters < letters_min || !has_row[i]) continue;
    all[i].part.height_px = heights[i] / static_cast<double>(all[i].letters);
    if (all[i].part.height_px < faint_px_max) {
      all[i].part.height_px += 1;
      all[i].part.box.left -= faint_ends * all[i].part.height_px;
      all[i].part.box.right += faint_ends * all[i].part.height_px;
    }
    all[i].part.box = turned(all[i].part.box, -turn_deg);
    parts.push_back(all[i]);
  }
  std::ranges::sort(parts, {}, [](const Unread& unread) {
    return std::tuple(-static_cast<std::int64_t>(unread.letters), unread.part.box.top, unread.part.box.left);
  });
  if (parts.size() > unread_parts_max) parts.resize(unread_parts_max);
  return parts;
}

std::size_t letters_left_out(const Page& page, const std::vector<Box>& read, std::int32_t turn_deg) {
  std::vector<Box> all;
  for (const Component& mark : page.marks) all.push_back(upright_of(box_of(mark), page, turn_deg));
  const ByTop marks(std::move(all));
  std::vector<Box> lines, lines_on_page;
  for (const Box& word : read) {
    const Box upright = upright_of(word, page, turn_deg);
    if (runs_down(upright, marks)) continue;
    lines.push_back(upright);
    lines_on_page.push_back(word);
  }
  const ByTop words(std::move(lines));
  return static_cast<std::size_t>(
      std::ranges::count_if(unread_marks(page, lines_on_page, turn_deg), [&](const Box& letter) {
        return std::ranges::any_of(words.within(letter.top, letter.bottom),
                                   [&](const Box& word) { return could_stand_in_line(letter, word); });
      }));
}

void add_blocks(std::vector<Word>& words, std::vector<Word> added) {
  std::uint32_t next_block = 0, next_line = 0;
  for (const Word& word : words) {
    next_block = std::max(next_block, word.block_index + 1);
    next_line = std::max(next_line, word.line_index + 1);
  }
  for (Word& word : added) {
    word.block_index += next_block;
    word.line_index += next_line;
  }
  for (auto block = added.begin(); block != added.end();) {
    const auto block_end = end_of(block, added.end(), &Word::block_index);
    std::vector<Word> alone;
    for (auto line = block; line != block_end;) {
      const auto line_end = end_of(line, block_end, &Word::line_index);
      if (!add_to_line(words, {line, line_end})) alone.insert(alone.end(), line, line_end);
      line = line_end;
    }
    if (!alone.empty()) add_block(words, alone);
    block = block_end;
  }
}

}  // namespace docmill::ocr
