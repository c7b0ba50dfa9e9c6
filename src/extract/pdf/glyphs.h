// The characters of a page in PDFium's order, with where they stand.
#pragma once

#include <cstdint>
#include <vector>

#include "extract/pdf/legibility.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// What PDFium has for one character, or for a space or line end that it put between two.
struct Glyph {
  char32_t unicode = 0;    // text::line_end_hyphen for the hyphen that broke a word at a line's end
  FS_RECTF box{};          // as wide as its advance and as high as its type, in the coordinates of the page's content
  int index = -1;          // PDFium's; -1 for a space or line end that separated() put there
  bool generated = false;  // a space that PDFium put there
  bool invisible = false;  // in text rendering mode 3
  Legibility legibility = Legibility::white;
};

/// Stands for a character that the font has no Unicode for.
inline constexpr char32_t unmapped = 0xFFFE;

/// About 15 ns a character, where PDFium itself takes 500.
std::vector<Glyph> read_glyphs(FPDF_TEXTPAGE text_page);

/// How a glyph is set, which costs a few calls more.
struct Setting {
  double type_size = 0;             // on the page
  double right_x = 1, right_y = 0;  // the direction in which its line runs, a unit vector
  FS_RECTF ink{};                   // its outline's box
  const void* object = nullptr;     // of the page, that it is part of
  bool replaced = false;            // the object is shown, and another text (/ActualText) says what it means
};

Setting setting_of(FPDF_TEXTPAGE text_page, const Glyph& glyph);

}  // namespace docmill::pdf
