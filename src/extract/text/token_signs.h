// Signs in the midst of words, as where any character may stand for any other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace docmill::text {

/// Takes text a character at a time. Program code and formulas look so as well: a reason to look at what is drawn, no
/// more.
class TokenSigns {
 public:
  void take(char32_t c) {
    const Kind kind = c < ascii_kinds.size() ? ascii_kinds[c] : kind_of(c);
    if (kind == Kind::space) return end_token();
    ++length_;
    if (kind == Kind::sign) {
      constexpr std::uint32_t operators_max = 2;
      if (c >= ascii_kinds.size() && ++operators_ > operators_max) odd_ = true;
      sign_behind_letter_ = sign_behind_letter_ || letter_before_;
      return;
    }
    odd_ = odd_ || sign_behind_letter_;
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
  enum class Kind : std::uint8_t { letter, sign, space };

  static constexpr Kind kind_of(char32_t c) {
    if (is_space(c)) return Kind::space;
    return is_sign(c) ? Kind::sign : Kind::letter;
  }

  static constexpr bool is_space(char32_t c) { return c <= 0x20 || c == 0xA0 || c == 0x3000; }

  /// Not those that stand in addresses, dates and compounds.
  static constexpr bool is_sign(char32_t c) {
    if (c < 0x80)
      return c == '!' || c == '"' || (c >= '#' && c <= '%') || c == '*' || c == '+' || (c >= ';' && c <= '?') ||
             (c >= '[' && c <= '^') || c == '`' || (c >= '{' && c <= '~');
    return c >= 0x2190 && c < 0x2C00;  // arrows, operators, shapes
  }

  static const std::array<Kind, 128> ascii_kinds;

  std::uint32_t length_ = 0, operators_ = 0, tokens_ = 0, odd_tokens_ = 0;
  bool letter_before_ = false, sign_behind_letter_ = false, odd_ = false;
};

inline constexpr std::array<TokenSigns::Kind, 128> TokenSigns::ascii_kinds = [] {
  std::array<Kind, 128> kinds{};
  for (std::size_t c = 0; c < kinds.size(); ++c) kinds[c] = kind_of(static_cast<char32_t>(c));
  return kinds;
}();

}  // namespace docmill::text
