#include "extract/pdf/legibility.h"

#include "extract/text/clean.h"

namespace docmill::pdf {
namespace {

bool is_white(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x3000;
}

/// A hyphen that broke a word, as PDFium marks it, and any soft hyphen are characters.
bool is_no_character(char32_t c) {
  if (c >= 0x20 && c < 0x7F) return false;
  return (c < 0x20 && c != text::line_end_hyphen) || (c >= 0x7F && c < 0xA0) || (c >= 0xE000 && c < 0xF900) ||
         (c >= 0xFFFD && c <= 0xFFFF) || c >= 0xF0000;
}

}  // namespace

Legibility legibility_of(FPDF_TEXTPAGE text_page, int index, char32_t unicode) {
  if (is_white(unicode)) return Legibility::white;
  if (is_no_character(unicode)) return Legibility::unreadable;
  const bool is_pdfiums = unicode == FPDFText_GetUnicode(text_page, index);
  const bool is_number = is_pdfiums && FPDFText_HasUnicodeMapError(text_page, index) == 1;
  return is_number ? Legibility::unreadable : Legibility::readable;
}

bool is_invisible(FPDF_TEXTPAGE text_page, int index) {
  FPDF_PAGEOBJECT object = FPDFText_GetTextObject(text_page, index);
  return object != nullptr && FPDFTextObj_GetTextRenderMode(object) == FPDF_TEXTRENDERMODE_INVISIBLE;
}

}  // namespace docmill::pdf
