#include "extract/ocr/dirt.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace docmill::ocr {
namespace {

// In heights of a letter between x and X. A full stop is 0.2 wide, and 0.3 from its word; an accent is 0.4 above x.
constexpr double speck_size_max = 0.45;
constexpr double distance_min = 0.8;
constexpr double distance_px_min = 8;   // thin strokes of small letters fall to pieces
constexpr double leader_gap_max = 2.2;  // over two dots: those at the ends have neighbours on one side only
constexpr double leader_rise_max = 0.15;
constexpr int leader_neighbours_min = 2;

/// Where letters are near, in coarse cells.
class Surroundings {
 public:
  Surroundings(const std::vector<Component>& components, double letter_px) : cell_px_(std::max(1.0, letter_px / 4)) {
    for (const Component& c : components) {
      columns_ = std::max(columns_, cell(c.right) + 1);
      rows_ = std::max(rows_, cell(c.bottom) + 1);
    }
    near_.resize(columns_ * rows_);
  }

  void add(const Component& letter, double distance_px) {
    const std::size_t bottom = std::min(cell(letter.bottom + distance_px) + 1, rows_);
    const std::size_t right = std::min(cell(letter.right + distance_px) + 1, columns_);
    for (std::size_t row = cell(letter.top - distance_px); row < bottom; ++row)
      for (std::size_t column = cell(letter.left - distance_px); column < right; ++column)
        near_[(row * columns_) + column] = true;
  }

  bool contain(const Component& speck) const {
    return near_[(cell((speck.top + speck.bottom) / 2.0) * columns_) + cell((speck.left + speck.right) / 2.0)];
  }

 private:
  std::size_t cell(double px) const { return static_cast<std::size_t>(std::max(px, 0.0) / cell_px_); }

  double cell_px_;
  std::size_t columns_ = 0, rows_ = 0;
  std::vector<bool> near_;
};

bool is_small(const Component& c, double letter_px) {
  return std::max(c.width(), c.height()) < speck_size_max * letter_px;
}

/// Takes dots in a row out of the specks, whose indices come in the order of their tops.
void keep_leaders(const std::vector<Component>& components, const std::vector<std::size_t>& specks, double letter_px,
                  std::vector<bool>& unwanted) {
  for (std::size_t i = 0; i < specks.size(); ++i) {
    const Component& dot = components[specks[i]];
    int neighbours = 0;
    const auto count = [&](std::size_t other) {
      const Component& o = components[specks[other]];
      if (std::abs(o.bottom - dot.bottom) > leader_rise_max * letter_px || o.left == dot.left) return;
      if (std::abs(o.left - dot.left) <= leader_gap_max * letter_px) ++neighbours;
    };
    const double window = letter_px * (leader_rise_max + speck_size_max);
    for (std::size_t j = i; j > 0 && dot.top - components[specks[j - 1]].top <= window; --j) count(j - 1);
    for (std::size_t j = i + 1; j < specks.size() && components[specks[j]].top - dot.top <= window; ++j) count(j);
    if (neighbours >= leader_neighbours_min) unwanted[specks[i]] = false;
  }
}

}  // namespace

std::vector<bool> find_specks(const std::vector<Component>& components, const TextLines& lines,
                              const std::vector<Component>& small_print) {
  std::vector<bool> unwanted(components.size());
  Surroundings letters(components, lines.height_px);
  for (const Component& c : components)
    if (lines.could_be_letter(c)) letters.add(c, std::max(distance_min * lines.height_px, distance_px_min));
  for (const Component& line : small_print) letters.add(line, line.height());
  std::vector<std::size_t> specks;  // find_ink() gives components in the order of their tops
  for (std::size_t i = 0; i < components.size(); ++i)
    if (is_small(components[i], lines.height_px) && !letters.contain(components[i])) specks.push_back(i);
  for (const std::size_t speck : specks) unwanted[speck] = true;
  keep_leaders(components, specks, lines.height_px, unwanted);
  return unwanted;
}

}  // namespace docmill::ocr
