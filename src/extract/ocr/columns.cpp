#include "extract/ocr/columns.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "extract/ink.h"

namespace docmill::ocr {
namespace {

constexpr std::uint32_t prose_letters_min = 10;
constexpr std::size_t lines_beside_min = 3;

std::vector<ink::Row> prose_of(const TextLines& lines) {
  std::vector<ink::Box> letters;
  for (const Component& c : lines.letters) letters.push_back(mark_of(lines.vertical ? turned_over(c) : c));
  std::vector<ink::Row> rows = ink::rows_of(std::move(letters));
  std::erase_if(rows, [](const ink::Row& row) { return row.marks < prose_letters_min; });
  std::ranges::sort(rows, {}, [](const ink::Row& row) { return std::pair(row.box.top, row.box.left); });
  return rows;
}

bool are_side_by_side(const ink::Box& a, const ink::Box& b) {
  const std::int32_t level_px = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  return 2 * level_px >= std::min(a.height(), b.height()) && (a.right <= b.left || b.right <= a.left);
}

}  // namespace

bool has_columns_of_prose(const TextLines& lines) {
  const std::vector<ink::Row> prose = prose_of(lines);
  std::size_t beside = 0;
  for (std::size_t i = 0; i < prose.size(); ++i)
    for (std::size_t j = i + 1; j < prose.size() && prose[j].box.top < prose[i].box.bottom; ++j)
      if (are_side_by_side(prose[i].box, prose[j].box)) {
        ++beside;
        break;
      }
  return beside >= lines_beside_min;
}

}  // namespace docmill::ocr
