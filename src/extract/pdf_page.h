// One page of a PDF: its own text, whether it needs OCR, and what comes of both.
#pragma once

#include <cstdint>

#include "extract/embedded_files.h"
#include "extract/font_checks.h"
#include "extract/pdf/pdf.h"
#include "extract/reading.h"
#include "extract/structure/structure.h"

namespace docmill::extract {

struct PdfFile {
  std::span<const std::byte> bytes;
  pdf::Document& document;
  FontChecks font_checks{document};
  GivenFiles given_files = {};
};

/// What it says of itself, read anew from its bytes.
Result<structure::Structure> read_structure(const Reading& reading, const PdfFile& file);

/// Text that is drawn counts as the page's own; what stands in annotations and fields is added to it, and neither
/// decides whether the page is recognised nor is recognised again.
PageResult read_page(const Reading& reading, PdfFile& file, std::uint32_t index);

}  // namespace docmill::extract
