// The text of a page, as PDFium finds it.
#pragma once

#include "extract/pdf/handles.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// PDFium orders lines as they lie on the displayed page. Of a page that /Rotate lays on its side, its lines with it,
/// it reads the last line first where /Rotate is 90. Such a page is read as if it stood.
///
/// Null where there is none.
OwnedTextPage load_text_page(FPDF_PAGE page);

}  // namespace docmill::pdf
