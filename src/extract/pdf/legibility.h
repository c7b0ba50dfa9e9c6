// Which characters of a page say what is drawn, and which only stand for glyphs. Pure.
#pragma once

#include <cstdint>

namespace docmill::pdf {

enum class Legibility : std::uint8_t {
  white,
  readable,
  // unreadable
  unmapped,      // the number of a glyph, for which the font has no character
  number,        // likewise, and it looks like a letter
  private_use,   // means something to whoever made the document
  replacement,   // U+FFFD, or another that is no character: the font does not know
  control,       // a font's map says so
  contradicted,  // what is drawn was read, and is something else
};

constexpr bool is_readable(Legibility legibility) { return legibility == Legibility::readable; }
constexpr bool is_unreadable(Legibility legibility) { return legibility > Legibility::readable; }

Legibility legibility_of_other(char32_t unicode, bool is_code);

/// What fonts without a Unicode map give instead of characters. `is_code`: PDFium says that `unicode` is none.
inline Legibility legibility_of(char32_t unicode, bool is_code) {
  const bool plain = !is_code && unicode > 0x20 && unicode < 0x7F;
  return plain ? Legibility::readable : legibility_of_other(unicode, is_code);
}

}  // namespace docmill::pdf
