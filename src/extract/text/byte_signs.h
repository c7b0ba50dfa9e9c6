// Signs that bytes of one encoding were taken for characters of another.
#pragma once

#include <cstdint>

namespace docmill::text {

/// Takes text a character at a time and counts what right text has next to none of:
///   - UTF-16 with its bytes exchanged: U+5400 for "T";
///   - UTF-8, of which two bytes were taken for a character: U+D09C for U+041C;
///   - UTF-8, of which each byte was taken for one of Latin-1 or Windows' Latin: "Ã¼" for "ü";
///   - another alphabet's bytes taken for Latin-1: words of accented letters alone.
class ByteSigns {
 public:
  void take(char32_t c) {
    constexpr char32_t first_beyond = 0x80;
    if (c >= first_beyond)
      take_other(c);
    else
      take_ascii(c);
    last_ = c;
  }

  /// Most of the text looks so, and eight characters do at least.
  bool are_wrong() const;

 private:
  void take_ascii(char32_t c) {
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) ++ascii_letters_;
  }
  void take_other(char32_t c);

  char32_t last_ = 0;
  std::uint32_t ascii_letters_ = 0, others_ = 0;  // letters and what bytes beyond ASCII look like
  std::uint32_t exchanged_ = 0, pairs_ = 0, sequences_ = 0, accented_ = 0;
};

}  // namespace docmill::text
