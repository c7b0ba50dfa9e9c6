#include "extract/pdf/text_page.h"

#include <algorithm>
#include <cmath>

namespace docmill::pdf {
namespace {

/// Whether most of its letters stand upright before /Rotate.
bool stands_before_rotation(FPDF_TEXTPAGE text) {
  constexpr int letters_looked_at = 256;
  const int count = FPDFText_CountChars(text), step = std::max(1, count / letters_looked_at);
  int standing = 0, others = 0;
  for (int index = 0; index < count; index += step) {
    FS_MATRIX matrix{};
    if (FPDFText_GetTextObject(text, index) == nullptr || FPDFText_GetMatrix(text, index, &matrix) == 0) continue;
    ++(matrix.a > std::abs(matrix.b) ? standing : others);
  }
  return standing > others;
}

}  // namespace

OwnedTextPage load_text_page(FPDF_PAGE page) {
  OwnedTextPage text(FPDFText_LoadPage(page));
  const int rotation = FPDFPage_GetRotation(page);
  if (!text || rotation <= 0 || !stands_before_rotation(text.get())) return text;
  FPDFPage_SetRotation(page, 0);
  text.reset(FPDFText_LoadPage(page));
  FPDFPage_SetRotation(page, rotation);
  return text;
}

}  // namespace docmill::pdf
