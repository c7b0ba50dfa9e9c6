// The characters of a page in PDFium's order, with where they stand.
#pragma once

#include <cstdint>
#include <vector>

#include "extract/pdf/legibility.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// What PDFium has for one character, or for a space or line end that it put between two.
struct Glyph {
  char32_t unicode = 0;  // text::line_end_hyphen for the hyphen that broke a word at a line's end
  FS_RECTF box{};        // as wide as its advance and as high as its type, in the coordinates of the page's content
  int index = -1;        // PDFium's; -1 for a space or line end that separated() put there
  FPDF_PAGEOBJECT object = nullptr;  // the text object that shows it; null for what PDFium put there
  bool is_code = false;              // its font has no character for it, and `unicode` is its code in the text
  bool mark = false;                 // looks like one of PDFium's own marks, which are no part of its text
  bool generated = false;            // a space that PDFium put there
  bool invisible = false;            // in text rendering mode 3
  Legibility legibility = Legibility::white;
  std::uint16_t font = no_font;  // of PageGlyphs::fonts, once they are known
  static constexpr std::uint16_t no_font = UINT16_MAX;
};

/// Stands for a character that the font has no Unicode for.
inline constexpr char32_t unmapped = 0xFFFE;

/// About 20 ns a character, where PDFium itself takes 500.
std::vector<Glyph> read_glyphs(FPDF_TEXTPAGE text_page);

/// Takes out the spaces that PDFium put behind a blank of which it did not know that it is one.
void drop_spare_spaces(std::vector<Glyph>& glyphs);

/// Takes out what still looks like PDFium's own marks.
void drop_marks(std::vector<Glyph>& glyphs);

/// Whether the glyph has a place on the page, and no ink.
bool draws_nothing(FPDF_TEXTPAGE text_page, const Glyph& glyph);

/// How a glyph is set, which costs a few calls more.
struct Setting {
  double type_size = 0;             // on the page
  double right_x = 1, right_y = 0;  // the direction in which its line runs, a unit vector
  FS_RECTF ink{};                   // its outline's box
  const void* object = nullptr;     // of the page, that it is part of
  bool replaced = false;            // the object is shown, and another text (/ActualText) says what it means
};

/// Reads settings. Glyphs are best asked for in their order: what one shares with the last one is not looked up again.
class SettingReader {
 public:
  explicit SettingReader(FPDF_TEXTPAGE text_page) : text_page_(text_page) {}

  Setting of(const Glyph& glyph);

 private:
  /// What a matrix does to a glyph.
  struct Turn {
    FS_MATRIX matrix{};
    double right_x = 1, right_y = 0;
    double height = 0;  // that a unit has
  };
  const Turn& turn_of(const FS_MATRIX& matrix);
  bool is_replaced(FPDF_PAGEOBJECT object);

  FPDF_TEXTPAGE text_page_;
  Turn turn_;
  FPDF_PAGEOBJECT last_object_ = nullptr;
  bool last_is_replaced_ = false;
};

}  // namespace docmill::pdf
