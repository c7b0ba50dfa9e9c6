// What a page's own content is made of.
#pragma once

#include "extract/pdf/pdf.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// Objects in forms count like the page's. A few nanoseconds an object.
Content read_content(FPDF_PAGE page);

/// What the appearances of the annotations hold that are shown, as if it filled their boxes.
void add_annotation_content(FPDF_PAGE page, Content& content);

}  // namespace docmill::pdf
