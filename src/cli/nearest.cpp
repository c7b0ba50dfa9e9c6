#include "cli/nearest.h"

#include <algorithm>
#include <vector>

namespace docmill {
namespace {

constexpr std::size_t word_length_max = 128;  // the distance is computed in the square of this

char folded(char c) {
  if (c == '_') return '-';
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string folded(std::string_view word) {
  std::string result(word);
  std::ranges::transform(result, result.begin(), [](char c) { return folded(c); });
  return result;
}

}  // namespace

// Optimal string alignment: the Levenshtein recurrence with one more case for a swap of neighbours.
std::size_t edit_distance(std::string_view left, std::string_view right) {
  const std::string a = folded(left);
  const std::string b = folded(right);
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> cost((a.size() + 1) * width);
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i * width] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = cost[((i - 1) * width) + j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      std::size_t best = std::min({replaced, cost[((i - 1) * width) + j] + 1, cost[(i * width) + j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) best = std::min(best, cost[((i - 2) * width) + j - 2] + 1);
      cost[(i * width) + j] = best;
    }
  }
  return cost.back();
}

std::optional<std::size_t> nearest(std::string_view word, std::span<const std::string> words) {
  if (word.size() > word_length_max) return std::nullopt;
  std::optional<std::size_t> best;
  std::size_t best_distance = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::size_t distance = edit_distance(word, words[i]);
    if (word.size() >= 3 && folded(words[i]).starts_with(folded(word))) distance = std::min<std::size_t>(distance, 1);
    if (best && distance >= best_distance) continue;
    best = i;
    best_distance = distance;
  }
  return best;
}

}  // namespace docmill
