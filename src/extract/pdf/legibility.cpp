#include "extract/pdf/legibility.h"

#include "extract/text/clean.h"

namespace docmill::pdf {
namespace {

bool is_white(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x3000;
}

/// A hyphen that broke a word, as PDFium marks it, and any soft hyphen are characters.
bool is_control(char32_t c) { return (c < 0x20 && c != text::line_end_hyphen) || (c >= 0x7F && c < 0xA0); }

bool is_private(char32_t c) { return (c >= 0xE000 && c < 0xF900) || c >= 0xF0000; }

}  // namespace

Legibility legibility_of_other(char32_t unicode, bool is_code) {
  if (is_white(unicode) && !is_code) return Legibility::white;
  constexpr char32_t replacement = 0xFFFD;
  constexpr char32_t none = 0xFFFE;  // PDFium's
  if (is_code) return unicode > 0x20 && unicode < 0x7F ? Legibility::number : Legibility::unmapped;
  if (is_control(unicode)) return Legibility::control;
  if (is_private(unicode)) return Legibility::private_use;
  if (unicode == none) return Legibility::unmapped;
  return unicode == replacement || unicode == 0xFFFF ? Legibility::replacement : Legibility::readable;
}

}  // namespace docmill::pdf
