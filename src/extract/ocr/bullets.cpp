#include "extract/ocr/bullets.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <string_view>

namespace docmill::ocr {
namespace {

constexpr std::size_t items_min = 3;
constexpr double offset_max = 0.6 * Engine::letter_px;  // of one dot's left edge from the next one's
constexpr double size_min = 0.25 * Engine::letter_px, size_max = 1.5 * Engine::letter_px;

bool is_read_for_a_dot(const Word& word) {
  constexpr std::array<std::string_view, 12> signs{"¢", "©", "®", "°", "*", "•", "·", "»", "«", "¥", "¤", "@"};
  const double width = word.right_px - word.left_px, height = word.bottom_px - word.top_px;
  return std::ranges::find(signs, word.text) != signs.end() && std::min(width, height) >= size_min &&
         std::max(width, height) <= size_max;
}

bool begins_a_line(const std::vector<Word>& words, std::size_t at) {
  const bool is_first = at == 0 || words[at - 1].line_index != words[at].line_index;
  return is_first && at + 1 < words.size() && words[at + 1].line_index == words[at].line_index;
}

}  // namespace

void restore_bullets(std::vector<Word>& words) {
  std::vector<Word*> dots;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (is_read_for_a_dot(words[i]) && begins_a_line(words, i)) dots.push_back(&words[i]);
  std::ranges::sort(dots, {}, &Word::left_px);
  for (auto begin = dots.begin(); begin != dots.end();) {
    const auto apart = [](const Word* left, const Word* right) { return right->left_px - left->left_px > offset_max; };
    const auto last = std::adjacent_find(begin, dots.end(), apart);
    const auto end = last == dots.end() ? last : last + 1;
    if (end - begin >= static_cast<std::ptrdiff_t>(items_min))
      for (auto dot = begin; dot != end; ++dot) (*dot)->text = bullet;
    begin = end;
  }
}

}  // namespace docmill::ocr
