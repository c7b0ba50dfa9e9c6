// The objects of a page's content, in the order in which they are drawn.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "extract/pdf/matrix.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

inline constexpr int form_depth_max = 12;  // PDFium itself stops parsing nested forms near here; hostile ones go on

template <typename Visit>
void visit_object(FPDF_PAGEOBJECT object, const FS_MATRIX& to_page, int depth, Visit& visit);

/// Objects of a form, which lies in `depth - 1` others; `to_page` maps its coordinates to the page's.
template <typename Visit>
void visit_objects_of_form(FPDF_PAGEOBJECT form, const FS_MATRIX& to_page, int depth, Visit& visit) {
  FS_MATRIX own{};
  if (depth > form_depth_max || FPDFPageObj_GetMatrix(form, &own) == 0) return;
  const FS_MATRIX matrix = concatenated(own, to_page);
  const int count = FPDFFormObj_CountObjects(form);
  for (int i = 0; i < count; ++i)
    if (FPDF_PAGEOBJECT object = FPDFFormObj_GetObject(form, static_cast<unsigned long>(i)); object != nullptr)
      visit_object(object, matrix, depth, visit);
}

template <typename Visit>
void visit_object(FPDF_PAGEOBJECT object, const FS_MATRIX& to_page, int depth, Visit& visit) {
  const int type = FPDFPageObj_GetType(object);
  if (type == FPDF_PAGEOBJ_FORM)
    visit_objects_of_form(object, to_page, depth + 1, visit);
  else
    visit(object, type, to_page, depth);
}

/// The page's own objects, forms among them. To be asked for once: PDFium looks into the page's dictionary for each
/// object that it hands out, which costs more than all that is asked of the object.
inline std::vector<FPDF_PAGEOBJECT> objects_of(FPDF_PAGE page) {
  const int count = FPDFPage_CountObjects(page);
  std::vector<FPDF_PAGEOBJECT> objects;
  objects.reserve(count > 0 ? static_cast<std::size_t>(count) : 0);
  for (int i = 0; i < count; ++i)
    if (FPDF_PAGEOBJECT object = FPDFPage_GetObject(page, i); object != nullptr) objects.push_back(object);
  return objects;
}

/// `visit(object, type, to_page, depth)` for every object but forms, and for those in forms, whose coordinates
/// `to_page` maps to the page's; depth is 0 on the page itself, of which `objects` are.
template <typename Visit>
void visit_objects(std::span<const FPDF_PAGEOBJECT> objects, Visit&& visit) {
  for (FPDF_PAGEOBJECT object : objects) visit_object(object, identity_matrix, 0, visit);
}

}  // namespace docmill::pdf
