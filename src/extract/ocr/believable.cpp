#include "extract/ocr/believable.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "extract/ocr/bullets.h"

namespace docmill::ocr {
namespace {

// Thresholds lie where words of dirty pages and the dirt read beside them part: see docs/ocr.md.
constexpr double mark_confidence_min = 75;    // of a word without a letter or digit
constexpr double letter_confidence_min = 50;  // of a letter or digit that stands alone
constexpr double word_confidence_min = 60;    // of a word that speaks for its page
constexpr double alone_confidence_min = 93;   // of a single letter that is all there is
constexpr double line_confidence_min = 80;    // of a line that speaks for itself
constexpr int line_letters_min = 4;
constexpr double mark_height_max = 2, letter_height_min = 0.45;  // in heights of a letter

int letters_in(const Word& word) {
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(word.text);
  int count = 0;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1))
    if (u_isalnum(text.char32At(i)) != 0) ++count;
  return count;
}

double height_of(const Word& word) { return (word.bottom_px - word.top_px) / Engine::letter_px; }

bool is_likely(const Word& word) {
  const int letters = letters_in(word);
  if (word.text == bullet) return true;
  if (letters == 0) return word.confidence >= mark_confidence_min && height_of(word) <= mark_height_max;
  if (height_of(word) < letter_height_min) return false;
  return letters > 1 || word.confidence >= letter_confidence_min;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "+3," of "+3,480.17": in wide type Tesseract parts numbers behind their points and commas.
bool begins_number(const Word& word, const Word& next) {
  constexpr double gap_max = 0.7;  // in heights of a letter
  return word.line_index == next.line_index && word.text.size() > 1 && is_digit(word.text[word.text.size() - 2]) &&
         (word.text.back() == ',' || word.text.back() == '.') && is_digit(next.text.front()) &&
         next.left_px - word.right_px <= gap_max * Engine::letter_px;
}

/// A piece of a number is as likely as the rest of it.
void drop_unlikely(std::vector<Word>& words) {
  std::vector<Word> kept;
  for (auto word = words.rbegin(); word != words.rend(); ++word)
    if (is_likely(*word) || (!kept.empty() && begins_number(*word, kept.back()))) kept.push_back(std::move(*word));
  std::ranges::reverse(kept);
  words = std::move(kept);
}

/// Dirt is read as single letters here and there, or without confidence. Text has words.
bool is_text(const std::vector<Word>& words) {
  int convincing = 0, all = 0;
  for (const Word& word : words) {
    const int letters = letters_in(word);
    all += letters;
    if (letters > 1 ? word.confidence >= word_confidence_min : word.confidence >= alone_confidence_min)
      convincing += letters;
  }
  return 3 * convincing >= all && convincing > 0;
}

bool convinces(std::span<const Word> line) {
  int letters = 0, in_words = 0;
  double sum = 0;
  for (const Word& word : line) {
    const int count = letters_in(word);
    letters += count;
    if (count > 1) in_words += count;
    sum += count * word.confidence;
  }
  return in_words >= line_letters_min && 2 * in_words > letters && sum >= line_confidence_min * letters;
}

bool is_bar(const Word& word) {
  constexpr double lowest = 0.9, highest = 1.6;
  return word.text == "|" && height_of(word) >= lowest && height_of(word) <= highest;
}

}  // namespace

std::vector<Word> believable(std::vector<Word> words) {
  for (Word& word : words)
    if (is_bar(word)) word.text = "I";
  restore_bullets(words);
  drop_unlikely(words);
  return is_text(words) ? words : in_convincing_lines(std::move(words));
}

std::vector<Word> in_convincing_lines(std::vector<Word> words) {
  std::vector<Word> kept;
  for (auto line = words.begin(); line != words.end();) {
    const auto end =
        std::find_if(line, words.end(), [&](const Word& word) { return word.line_index != line->line_index; });
    if (convinces(std::span(line, end)))
      kept.insert(kept.end(), std::make_move_iterator(line), std::make_move_iterator(end));
    line = end;
  }
  return kept;
}

}  // namespace docmill::ocr
