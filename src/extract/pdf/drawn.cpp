#include "extract/pdf/drawn.h"

#include <cstddef>

#include "extract/pdf/annotations.h"
#include "extract/pdf/handles.h"
#include "extract/pdf/page_objects.h"

namespace docmill::pdf {
namespace {

template <typename Wanted>
bool any_object_of_form(FPDF_PAGEOBJECT form, const Wanted& wanted, int depth);

/// Whether `wanted` holds for an object of a list, or of a form in it. Containers are asked through two functions,
/// because pages, forms and annotations have different ones.
template <typename Count, typename Get, typename Wanted>
bool any_object(const Count& count, const Get& get, const Wanted& wanted, int depth = 0) {
  const int size = count();
  for (int i = 0; i < size; ++i) {
    FPDF_PAGEOBJECT object = get(i);
    if (object == nullptr) continue;
    if (FPDFPageObj_GetType(object) != FPDF_PAGEOBJ_FORM) {
      if (wanted(object)) return true;
    } else if (depth < form_depth_max && any_object_of_form(object, wanted, depth + 1)) {
      return true;
    }
  }
  return false;
}

template <typename Wanted>
bool any_object_of_form(FPDF_PAGEOBJECT form, const Wanted& wanted, int depth) {
  return any_object([&] { return FPDFFormObj_CountObjects(form); },
                    [&](int i) { return FPDFFormObj_GetObject(form, static_cast<unsigned long>(i)); }, wanted, depth);
}

template <typename Wanted>
bool any_object_of_page(std::span<const FPDF_PAGEOBJECT> objects, const Wanted& wanted) {
  return any_object([&] { return static_cast<int>(objects.size()); },
                    [&](int i) { return objects[static_cast<std::size_t>(i)]; }, wanted);
}

template <typename Wanted>
bool any_object_of_appearance(FPDF_ANNOTATION annotation, const Wanted& wanted) {
  return any_object([&] { return FPDFAnnot_GetObjectCount(annotation); },
                    [&](int i) { return FPDFAnnot_GetObject(annotation, i); }, wanted);
}

/// White without an outline: the background that many writers paint first.
bool is_white_fill(FPDF_PAGEOBJECT path) {
  int fill_mode = 0;
  FPDF_BOOL stroke = 0;
  if (!FPDFPath_GetDrawMode(path, &fill_mode, &stroke) || stroke) return false;
  if (fill_mode == 0) return true;  // neither filled nor outlined
  unsigned int r = 0;
  unsigned int g = 0;
  unsigned int b = 0;
  unsigned int a = 0;
  if (!FPDFPageObj_GetFillColor(path, &r, &g, &b, &a)) return false;
  return a == 0 || (r == 255 && g == 255 && b == 255);
}

bool is_picture(FPDF_PAGEOBJECT object) {
  const int type = FPDFPageObj_GetType(object);
  if (type == FPDF_PAGEOBJ_PATH) return !is_white_fill(object);
  return type == FPDF_PAGEOBJ_IMAGE || type == FPDF_PAGEOBJ_SHADING;
}

bool is_text(FPDF_PAGEOBJECT object) { return FPDFPageObj_GetType(object) == FPDF_PAGEOBJ_TEXT; }

bool is_visible_text(FPDF_PAGEOBJECT object) {
  if (!is_text(object)) return false;
  const int mode = FPDFTextObj_GetTextRenderMode(object);
  return mode != FPDF_TEXTRENDERMODE_INVISIBLE && mode != FPDF_TEXTRENDERMODE_CLIP;
}

/// Whether the page shows glyphs that extraction has no character for.
bool shows_unknown_glyphs(std::span<const FPDF_PAGEOBJECT> objects, const PageGlyphs* text) {
  if (!any_object_of_page(objects, is_visible_text)) return false;
  return text == nullptr || text->glyphs.empty() || text->left_out || count_unreadable(*text) > 0;
}

}  // namespace

Drawn page_draws(std::span<const FPDF_PAGEOBJECT> objects, const PageGlyphs* text) {
  if (shows_unknown_glyphs(objects, text)) return Drawn::unknown_glyphs;
  return any_object_of_page(objects, is_picture) ? Drawn::pictures : Drawn::nothing;
}

bool annotations_draw(FPDF_PAGE page) {
  for (int i = 0; i < FPDFPage_GetAnnotCount(page); ++i) {
    const OwnedAnnotation annotation(FPDFPage_GetAnnot(page, i));
    if (annotation && is_shown(annotation.get()) && any_object_of_appearance(annotation.get(), is_picture)) return true;
  }
  return false;
}

bool appearance_has_text(FPDF_ANNOTATION annotation) { return any_object_of_appearance(annotation, is_text); }

}  // namespace docmill::pdf
