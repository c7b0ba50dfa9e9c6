#include "extract/text/byte_signs.h"

namespace docmill::text {
namespace {

constexpr std::uint32_t count_min = 8;

bool is_exchanged(char32_t c) {
  const char32_t upper = c >> 8U;
  return c < 0x10000 && (c & 0xFFU) == 0 && upper >= 0x20 && upper < 0x7F;
}

bool is_pair(char32_t c) {
  const char32_t lead = c >> 8U;
  const char32_t trail = c & 0xFFU;
  return lead >= 0xC2 && lead <= 0xDF && trail >= 0x80 && trail <= 0xBF;
}

bool is_accented_letter(char32_t c) { return c >= 0xC0 && c <= 0xFF && c != 0xD7 && c != 0xF7; }

/// The lead of two bytes of UTF-8, as Latin-1 has it.
bool is_lead(char32_t c) { return c >= 0xC2 && c <= 0xDF; }

/// A byte behind it, as Latin-1 or Windows' Latin have it: signs that stand behind no letter but there.
bool is_trail(char32_t c) {
  return (c >= 0x80 && c <= 0xBF) || (c >= 0x2013 && c <= 0x203A) || c == 0x20AC || c == 0x2122 || c == 0x0152 ||
         c == 0x0153 || c == 0x0160 || c == 0x0161 || c == 0x0178 || c == 0x017D || c == 0x017E || c == 0x0192 ||
         c == 0x02C6 || c == 0x02DC;
}

}  // namespace

void ByteSigns::take_other(char32_t c) {
  ++others_;
  if (is_exchanged(c)) ++exchanged_;
  if (is_pair(c)) ++pairs_;
  if (is_accented_letter(c)) ++accented_;
  if (is_lead(last_) && is_trail(c)) sequences_ += 2;
}

bool ByteSigns::are_wrong() const {
  const auto most_of = [](std::uint32_t part, std::uint32_t all) { return part >= count_min && 10 * part >= 7 * all; };
  constexpr std::uint32_t accented_min = 40;
  return most_of(exchanged_, others_ + ascii_letters_) || most_of(pairs_, others_) || most_of(sequences_, others_) ||
         (accented_ >= accented_min && most_of(accented_, others_ + ascii_letters_));
}

}  // namespace docmill::text
