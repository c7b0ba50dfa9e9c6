// One page of a PDF: its own text, whether it needs OCR, and what comes of both.
#pragma once

#include <cstdint>

#include "extract/pdf/pdf.h"
#include "extract/reading.h"

namespace docmill::extract {

/// Text that is drawn counts as the page's own; what stands in annotations and fields is added to it, and neither
/// decides whether the page is recognised nor is recognised again.
PageResult read_page(const Reading& reading, pdf::Document& document, std::uint32_t index);

}  // namespace docmill::extract
