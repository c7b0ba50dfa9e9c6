// Whether something is drawn that extraction does not give as text.
#pragma once

#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// The page's own content: images, paths, shadings, glyphs without Unicode.
bool page_draws(FPDF_PAGE page);

/// The same for the appearances of the annotations that are shown.
bool annotations_draw(FPDF_PAGE page);

/// Whether the annotation's appearance holds text objects, at any depth.
bool appearance_has_text(FPDF_ANNOTATION annotation);

}  // namespace docmill::pdf
