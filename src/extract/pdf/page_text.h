// The text that PDFium finds on a page.
#pragma once

#include <optional>
#include <vector>

#include "extract/pdf/pdf.h"
#include "extract/pdf/pdfium_api.h"
#include "extract/text/clean.h"

namespace docmill::pdf {

/// Text of the objects that `page` holds now, in PDFium's order; nothing when PDFium cannot read it.
std::optional<text::Cleaned> read_text(FPDF_PAGE page);

/// The same, line by line, with boxes on the displayed page.
std::vector<TextLine> read_lines(FPDF_PAGE page);

}  // namespace docmill::pdf
