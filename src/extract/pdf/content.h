// What a page's own content is made of.
#pragma once

#include <span>

#include "extract/pdf/pdf.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// Of `objects`, which are the page's (objects_of()); those in forms count like them. A few nanoseconds an object.
Content read_content(FPDF_PAGE page, std::span<const FPDF_PAGEOBJECT> objects);

/// What the appearances of the annotations hold that are shown, as if it filled their boxes.
void add_annotation_content(FPDF_PAGE page, Content& content);

}  // namespace docmill::pdf
