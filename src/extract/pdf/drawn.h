// Whether something is drawn that extraction does not give as text.
#pragma once

#include <span>

#include "extract/pdf/page_text.h"
#include "extract/pdf/pdf.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// Of a page's own objects (objects_of()), whose text is `text`; null where it cannot be read.
Drawn page_draws(std::span<const FPDF_PAGEOBJECT> objects, const PageGlyphs* text);

/// Whether the appearances of the annotations that are shown hold pictures.
bool annotations_draw(FPDF_PAGE page);

/// Whether the annotation's appearance holds text objects, at any depth.
bool appearance_has_text(FPDF_ANNOTATION annotation);

}  // namespace docmill::pdf
