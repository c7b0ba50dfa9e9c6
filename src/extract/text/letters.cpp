#include "extract/text/letters.h"

#include <span>

#include "extract/text/letter_table.h"

namespace docmill::text {
namespace {

constexpr std::uint32_t a = 1, e = 5, i = 9, o = 15, u = 21, y = 25;  // numbers of Latin letters

bool is_vowel(std::uint32_t letter) {
  constexpr std::uint32_t vowels = 1U << a | 1U << e | 1U << i | 1U << o | 1U << u | 1U << y;
  return letter < 32 && (vowels >> letter & 1U) != 0;
}

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

bool is_combining(char32_t c) { return c >= 0x300 && c < 0x370; }

}  // namespace

Speller::Letter Speller::in_block(Script script, const std::uint8_t* block, char32_t at) {
  const std::uint8_t number = block[at];
  return number > 0 ? Letter{.script = script, .number = number} : Letter{};
}

Speller::Letter Speller::letter_of(char32_t c) {
  if (c < 0x41) return {};
  if (c < 0x41 + latin_letters_41.size()) return in_block(Script::latin, latin_letters_41.data(), c - 0x41);
  if (c >= 0x370 && c < 0x400) return in_block(Script::greek, greek_letters_370.data(), c - 0x370);
  if (c >= 0x400 && c < 0x530) return in_block(Script::cyrillic, cyrillic_letters_400.data(), c - 0x400);
  if (c >= 0x1E00 && c < 0x1F00) return in_block(Script::latin, latin_letters_1e00.data(), c - 0x1E00);
  if (c >= 0x1F00 && c < 0x2000) return in_block(Script::greek, greek_letters_1f00.data(), c - 0x1F00);
  return {};
}

bool Speller::occurs(Script script, std::uint32_t first, std::uint32_t second, std::uint32_t third) {
  const auto bit = [&](std::span<const std::uint64_t> bits, std::uint32_t side) {
    const std::uint32_t at = (((first * side) + second) * side) + third;
    return ((bits[at / 64] >> (at % 64)) & 1U) != 0;
  };
  switch (script) {
    case Script::latin:
      return bit(latin_sequences, latin_side);
    case Script::greek:
      return bit(greek_sequences, greek_side);
    case Script::cyrillic:
      return bit(cyrillic_sequences, cyrillic_side);
    case Script::none:
      return false;
  }
  return false;
}

void Speller::take_next(char32_t c) {
  if (is_combining(c)) return;
  const Letter letter = letter_of(c);
  if (letter.script != word_.script) {
    end_word(is_digit(c));
    word_.script = letter.script;
    word_.behind_digit = last_is_digit_;
  }
  last_is_digit_ = is_digit(c);
  if (letter.script == Script::none) return;
  word_.ascends = word_.ascends && letter.number > word_.last;
  add(letter.number);
  ++word_.length;
  word_.hash = (word_.hash ^ letter.number) * 0x01000193U;  // FNV-1
  word_.has_vowel = word_.has_vowel || is_vowel(letter.number);
  word_.all_capitals = word_.all_capitals && c >= 'A' && c <= 'Z';
}

void Speller::end_word() { end_word(false); }

void Speller::add(std::uint32_t number) {
  if (word_.length > 0) {
    ++word_.sequences;
    if (occurs(word_.script, word_.before_last, word_.last, number)) ++word_.known;
  }
  word_.before_last = word_.last;
  word_.last = number;
}

bool Speller::may_be_word(bool before_digit) const {
  constexpr std::uint32_t word_length_min = 3;
  constexpr std::uint32_t initials_max = 4;
  constexpr std::uint32_t consonants_max = 6;
  constexpr std::uint32_t ascending_min = 7;
  if (word_.length < word_length_min || (word_.ascends && word_.length >= ascending_min)) return false;
  if (word_.all_capitals && (word_.length <= initials_max || before_digit || word_.behind_digit)) return false;
  return word_.script != Script::latin || word_.has_vowel || word_.length > consonants_max;
}

void Speller::end_word(bool before_digit) {
  if (word_.script != Script::none && may_be_word(before_digit)) {
    const std::uint32_t slot = (word_.hash ^ (word_.hash >> 16U)) % seen_.size();
    if (!seen_[slot]) {
      add(0);
      total_.sequences += word_.sequences;
      total_.known += word_.known;
      seen_[slot] = true;
    }
  }
  word_ = {};
}

Spelling spelling_of(std::u16string_view text) {
  Speller speller;
  for (const char16_t c : text) speller.take(c);
  speller.end_word();
  return speller.total();
}

}  // namespace docmill::text
