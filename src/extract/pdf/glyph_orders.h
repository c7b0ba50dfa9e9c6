// The orders in which fonts have their glyphs, as far as text with glyph numbers shows them. Pure.
#pragma once

#include <array>
#include <cstdint>

namespace docmill::pdf {

enum class Order : std::uint8_t {
  as_is,       // the codes are characters
  windows,     // Arial, Times New Roman and their kin: Apple's order without its second space; Cyrillic from 570 on
  liberation,  // Unicode's order without the blank and the soft hyphen
  dejavu,      // Unicode's order
};
inline constexpr std::array orders{Order::as_is, Order::windows, Order::liberation, Order::dejavu};

/// The space's number in all of them but the first.
inline constexpr char32_t blank_code = 3;
/// From here on they differ: before it characters are 29 more than numbers.
inline constexpr char32_t first_high_code = 98;

inline constexpr char32_t unknown = 0xFFFD;

/// `unknown` where the order has none, or it is not known here.
char32_t character_of(char32_t code, Order order);

/// Whether the code stands for something beyond ASCII.
constexpr bool is_high_code(char32_t code, Order order) {
  constexpr char32_t first_beyond_ascii = 0x7F;
  return code >= (order == Order::as_is ? first_beyond_ascii : first_high_code);
}
constexpr bool is_high_letter(char32_t c) { return c >= 0xC0 && c != unknown; }
bool is_high_punctuation(char32_t c);

/// How usual it is that text has such a letter beyond ASCII, from 0 to 3. Orders that differ by a place give letters
/// that differ in their accents, which spelling does not tell.
double frequency_of(char32_t c);

}  // namespace docmill::pdf
