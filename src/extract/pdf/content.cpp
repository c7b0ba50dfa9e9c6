#include "extract/pdf/content.h"

#include <utility>

#include "extract/pdf/matrix.h"
#include "extract/pdf/page_map.h"

namespace docmill::pdf {
namespace {

constexpr int form_depth_max = 12;  // as in drawn.cpp

// Where there are more, they are dots, and one more of them changes nothing.
constexpr std::size_t images_max = 4096;

class Reader {
 public:
  explicit Reader(FPDF_PAGE page) : map_(page) {}

  /// An object in a form (or on the page), whose coordinates `to_page` maps to the page's.
  void read(FPDF_PAGEOBJECT object, const FS_MATRIX& to_page, int depth) {
    switch (FPDFPageObj_GetType(object)) {
      case FPDF_PAGEOBJ_TEXT:
        ++content_.text_objects;
        if (FPDFTextObj_GetTextRenderMode(object) == FPDF_TEXTRENDERMODE_INVISIBLE) ++content_.invisible_text_objects;
        return;
      case FPDF_PAGEOBJ_IMAGE:
        return read_image(object, to_page);
      case FPDF_PAGEOBJ_FORM:
        if (depth < form_depth_max) read_form(object, to_page, depth + 1);
        return;
      default:
        return;
    }
  }

  Content take() { return std::move(content_); }

 private:
  void read_image(FPDF_PAGEOBJECT image, const FS_MATRIX& to_page) {
    float left = 0;
    float bottom = 0;
    float right = 0;
    float top = 0;
    if (content_.images.size() >= images_max || FPDFPageObj_GetBounds(image, &left, &bottom, &right, &top) == 0) return;
    const Rect box = map_.displayed(transformed({.left = left, .bottom = bottom, .right = right, .top = top}, to_page));
    if (box.right > box.left && box.bottom > box.top) content_.images.push_back(box);
  }

  void read_form(FPDF_PAGEOBJECT form, const FS_MATRIX& to_page, int depth) {
    FS_MATRIX own{};
    if (FPDFPageObj_GetMatrix(form, &own) == 0) return;
    const FS_MATRIX matrix = concatenated(own, to_page);
    const int count = FPDFFormObj_CountObjects(form);
    for (int i = 0; i < count; ++i)
      if (FPDF_PAGEOBJECT object = FPDFFormObj_GetObject(form, static_cast<unsigned long>(i)); object != nullptr)
        read(object, matrix, depth);
  }

  PageMap map_;
  Content content_;
};

}  // namespace

Content read_content(FPDF_PAGE page) {
  Reader reader(page);
  const int count = FPDFPage_CountObjects(page);
  for (int i = 0; i < count; ++i)
    if (FPDF_PAGEOBJECT object = FPDFPage_GetObject(page, i); object != nullptr)
      reader.read(object, identity_matrix, 0);
  return reader.take();
}

}  // namespace docmill::pdf
