#include "extract/pdf/glyphs.h"

#include <cmath>

#include "extract/text/clean.h"

namespace docmill::pdf {
namespace {

/// PDFium's own marks, which it leaves out of its text.
bool is_left_out(char32_t c) {
  switch (c) {
    case 0x02:
    case 0x03:
    case 0x93:
    case 0x94:
    case 0x96:
    case 0x97:
    case 0x98:
    case unmapped:
      return true;
    default:
      return false;
  }
}

/// What stands in the text for PDFium's character; 0 for nothing.
char32_t character_at(FPDF_TEXTPAGE text_page, int index) {
  const char32_t c = FPDFText_GetUnicode(text_page, index);
  if (c == 0) return FPDFText_GetTextIndexFromCharIndex(text_page, index) >= 0 ? unmapped : 0;
  constexpr char32_t last_code_point = 0x10FFFF;
  if (c > last_code_point) return unmapped;
  if (!is_left_out(c)) return c;
  return FPDFText_IsHyphen(text_page, index) == 1 ? text::line_end_hyphen : 0;
}

bool has_replacement(FPDF_PAGEOBJECT object) {
  const int count = object != nullptr ? FPDFPageObj_CountMarks(object) : 0;
  for (int i = 0; i < count; ++i)
    if (FPDF_PAGEOBJECTMARK mark = FPDFPageObj_GetMark(object, static_cast<unsigned long>(i));
        FPDFPageObjMark_GetParamValueType(mark, "ActualText") != FPDF_OBJECT_UNKNOWN)
      return true;
  return false;
}

}  // namespace

std::vector<Glyph> read_glyphs(FPDF_TEXTPAGE text_page) {
  const int count = FPDFText_CountChars(text_page);
  std::vector<Glyph> glyphs;
  glyphs.reserve(count > 0 ? static_cast<std::size_t>(count) : 0);
  for (int index = 0; index < count; ++index) {
    Glyph glyph{.unicode = character_at(text_page, index), .index = index};
    if (glyph.unicode == 0) continue;
    FPDFText_GetLooseCharBox(text_page, index, &glyph.box);
    glyph.generated = glyph.unicode == ' ' && FPDFText_IsGenerated(text_page, index) == 1;
    glyphs.push_back(glyph);
  }
  return glyphs;
}

Setting setting_of(FPDF_TEXTPAGE text_page, const Glyph& glyph) {
  FPDF_PAGEOBJECT object = FPDFText_GetTextObject(text_page, glyph.index);
  Setting setting{.type_size = std::abs(FPDFText_GetFontSize(text_page, glyph.index)),
                  .object = object,
                  .replaced = has_replacement(object)};
  FS_MATRIX matrix{};
  if (FPDFText_GetMatrix(text_page, glyph.index, &matrix) != 0) {
    const double width = std::hypot(matrix.a, matrix.b);
    setting.type_size *= std::hypot(matrix.c, matrix.d);
    if (width > 0) {
      setting.right_x = matrix.a / width;
      setting.right_y = matrix.b / width;
    }
  }
  double left = 0;
  double right = 0;
  double bottom = 0;
  double top = 0;
  if (FPDFText_GetCharBox(text_page, glyph.index, &left, &right, &bottom, &top) != 0)
    setting.ink = {.left = static_cast<float>(left),
                   .top = static_cast<float>(top),
                   .right = static_cast<float>(right),
                   .bottom = static_cast<float>(bottom)};
  return setting;
}

}  // namespace docmill::pdf
