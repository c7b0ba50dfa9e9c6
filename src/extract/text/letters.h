// Whether text reads like words of a language, by which letters follow each other: characters that a wrong map gave do
// not. Scripts with an alphabet that words are spelled with (Latin, Greek, Cyrillic); of others nothing is said.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>

namespace docmill::text {

struct Spelling {
  std::uint32_t sequences = 0;  // of three letters in words of three letters or more, begin and end being letters too
  std::uint32_t known = 0;      // those that words of some language have

  /// Pages in any of 33 languages have 0.9 or more (0.75 in Welsh, which is none of them), program code 0.8; a page of
  /// exchanged letters has 0.6 at most, some 25 words of them 0.8 in one case of a hundred and 0.45 on average.
  static constexpr double impossible = 0.6, doubtful = 0.75, likely = 0.85;
  /// Fewer sequences (some ten words) may be as they are by chance.
  static constexpr std::uint32_t sequences_min = 50;
  /// More say nothing new.
  static constexpr std::uint32_t sequences_max = 500;

  double share() const { return sequences > 0 ? static_cast<double>(known) / sequences : 1; }
  bool is_judged() const { return sequences >= sequences_min; }
  /// A heading has the first; enough to look at what is drawn.
  static constexpr std::uint32_t few_sequences = 20, many_sequences = 100;
  bool is_doubtful() const {
    return (sequences >= many_sequences && share() < doubtful) || (sequences >= few_sequences && share() < impossible);
  }
  bool is_impossible() const { return is_judged() && share() < impossible; }
};

/// Takes text a character at a time. Words count once, however often they come (by a hash: some are missed), and not at
/// all where they may be none: capitals up to four, or beside a digit (names of parts), up to six consonants, and seven
/// letters or more in the order of the alphabet.
/// Five nanoseconds a character.
class Speller {
 public:
  void take(char32_t c) {
    if (total_.sequences < Spelling::sequences_max) take_next(c);
  }
  void end_word();
  const Spelling& total() const { return total_; }

 private:
  void take_next(char32_t c);

  enum class Script : std::uint8_t { none, latin, greek, cyrillic };
  struct Letter {
    Script script = Script::none;
    std::uint8_t number = 0;
  };
  struct Word {
    Script script = Script::none;
    std::uint32_t before_last = 0, last = 0, length = 0, sequences = 0, known = 0, hash = 0;
    bool all_capitals = true, has_vowel = false, behind_digit = false, ascends = true;
  };

  static Letter in_block(Script script, const std::uint8_t* block, char32_t at);
  static Letter letter_of(char32_t c);
  static bool occurs(Script script, std::uint32_t a, std::uint32_t b, std::uint32_t c);
  void add(std::uint32_t number);
  void end_word(bool before_digit);
  bool may_be_word(bool before_digit) const;

  Word word_;
  Spelling total_;
  bool last_is_digit_ = false;
  std::bitset<8192> seen_;
};

Spelling spelling_of(std::u16string_view text);

}  // namespace docmill::text
