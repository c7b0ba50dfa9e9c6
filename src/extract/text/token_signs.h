// Signs in the midst of words, as where any character may stand for any other.
#pragma once

#include <cstdint>

namespace docmill::text {

/// Takes text a character at a time. Program code and formulas look so as well: a reason to look at what is drawn, no
/// more.
class TokenSigns {
 public:
  void take(char32_t c) {
    if (is_space(c)) return end_token();
    ++length_;
    if (is_sign(c)) {
      constexpr char32_t first_beyond_ascii = 0x80;
      constexpr std::uint32_t operators_max = 2;
      if (c >= first_beyond_ascii && ++operators_ > operators_max) odd_ = true;
      sign_behind_letter_ = sign_behind_letter_ || letter_before_;
      return;
    }
    if (sign_behind_letter_) odd_ = true;
    letter_before_ = true;
  }

  void end_token() {
    constexpr std::uint32_t length_min = 3;
    if (length_ >= length_min) {
      ++tokens_;
      if (odd_) ++odd_tokens_;
    }
    length_ = operators_ = 0;
    letter_before_ = sign_behind_letter_ = odd_ = false;
  }

  bool are_many() const {
    constexpr std::uint32_t tokens_min = 20;
    constexpr std::uint32_t part = 3;
    return tokens_ >= tokens_min && odd_tokens_ * part >= tokens_;
  }

 private:
  static bool is_space(char32_t c) { return c <= 0x20 || c == 0xA0 || c == 0x3000; }

  /// Not those that stand in addresses, dates and compounds.
  static bool is_sign(char32_t c) {
    if (c < 0x80)
      return c == '!' || c == '"' || (c >= '#' && c <= '%') || c == '*' || c == '+' || (c >= ';' && c <= '?') ||
             (c >= '[' && c <= '^') || c == '`' || (c >= '{' && c <= '~');
    return c >= 0x2190 && c < 0x2C00;  // arrows, operators, shapes
  }

  std::uint32_t length_ = 0, operators_ = 0, tokens_ = 0, odd_tokens_ = 0;
  bool letter_before_ = false, sign_behind_letter_ = false, odd_ = false;
};

}  // namespace docmill::text
