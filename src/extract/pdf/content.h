// What a page's own content is made of.
#pragma once

#include "extract/pdf/pdf.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// Objects in forms count like the page's. A few nanoseconds an object.
Content read_content(FPDF_PAGE page);

}  // namespace docmill::pdf
