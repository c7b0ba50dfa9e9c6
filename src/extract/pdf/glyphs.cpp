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
char32_t character_at(FPDF_TEXTPAGE text_page, int index, char32_t c) {
  if (c == 0) return FPDFText_GetTextIndexFromCharIndex(text_page, index) >= 0 ? unmapped : 0;
  constexpr char32_t last_code_point = 0x10FFFF;
  return c > last_code_point ? unmapped : c;
}

bool is_plain(char32_t c) { return c > ' ' && c < 0x7F; }

/// Of a glyph that is no plain letter, digit or sign of ASCII. False where it stands for nothing.
bool read_other(FPDF_TEXTPAGE text_page, Glyph& glyph) {
  const char32_t unicode = glyph.unicode;
  glyph.unicode = character_at(text_page, glyph.index, unicode);
  if (glyph.unicode == 0) return false;
  if (is_left_out(unicode)) {
    glyph.mark = FPDFText_IsHyphen(text_page, glyph.index) != 1;
    if (!glyph.mark) glyph.unicode = text::line_end_hyphen;
  }
  glyph.generated = glyph.unicode == ' ' && FPDFText_IsGenerated(text_page, glyph.index) == 1;
  return true;
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
    Glyph glyph{.unicode = FPDFText_GetUnicode(text_page, index), .index = index};
    if (!is_plain(glyph.unicode) && !read_other(text_page, glyph)) continue;
    FPDFText_GetLooseCharBox(text_page, index, &glyph.box);
    glyph.object = FPDFText_GetTextObject(text_page, index);
    glyph.is_code = FPDFText_HasUnicodeMapError(text_page, index) == 1;
    glyphs.push_back(glyph);
  }
  return glyphs;
}

bool draws_nothing(FPDF_TEXTPAGE text_page, const Glyph& glyph) {
  constexpr double height_min = 0.01;  // of its type's; a full stop has 0.1
  double left = 0;
  double right = 0;
  double bottom = 0;
  double top = 0;
  if (FPDFText_GetCharBox(text_page, glyph.index, &left, &right, &bottom, &top) == 0) return false;
  const double height = glyph.box.top - glyph.box.bottom;
  return height > 0 && glyph.box.right > glyph.box.left && top - bottom < height_min * height;
}

void drop_spare_spaces(std::vector<Glyph>& glyphs) {
  char32_t last = 0;
  std::erase_if(glyphs, [&](const Glyph& glyph) {
    const bool spare = glyph.generated && last == ' ';
    last = glyph.unicode;
    return spare;
  });
}

void drop_marks(std::vector<Glyph>& glyphs) {
  std::erase_if(glyphs, [](const Glyph& glyph) { return glyph.mark; });
}

const SettingReader::Turn& SettingReader::turn_of(const FS_MATRIX& matrix) {
  if (matrix.a == turn_.matrix.a && matrix.b == turn_.matrix.b && matrix.c == turn_.matrix.c &&
      matrix.d == turn_.matrix.d)
    return turn_;
  turn_ = {.matrix = matrix, .height = std::hypot(matrix.c, matrix.d)};
  const double width = std::hypot(matrix.a, matrix.b);
  if (width > 0) {
    turn_.right_x = matrix.a / width;
    turn_.right_y = matrix.b / width;
  }
  return turn_;
}

bool SettingReader::is_replaced(FPDF_PAGEOBJECT object) {
  if (object != last_object_) last_is_replaced_ = has_replacement(object);
  last_object_ = object;
  return last_is_replaced_;
}

Setting SettingReader::of(const Glyph& glyph) {
  Setting setting{.type_size = std::abs(FPDFText_GetFontSize(text_page_, glyph.index)),
                  .object = glyph.object,
                  .replaced = is_replaced(glyph.object)};
  FS_MATRIX matrix{};
  if (FPDFText_GetMatrix(text_page_, glyph.index, &matrix) != 0) {
    const Turn& turn = turn_of(matrix);
    setting.type_size *= turn.height;
    setting.right_x = turn.right_x;
    setting.right_y = turn.right_y;
  }
  double left = 0;
  double right = 0;
  double bottom = 0;
  double top = 0;
  if (FPDFText_GetCharBox(text_page_, glyph.index, &left, &right, &bottom, &top) != 0)
    setting.ink = {.left = static_cast<float>(left),
                   .top = static_cast<float>(top),
                   .right = static_cast<float>(right),
                   .bottom = static_cast<float>(bottom)};
  return setting;
}

}  // namespace docmill::pdf
