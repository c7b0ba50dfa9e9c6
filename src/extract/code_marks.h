// Barcodes and QR codes among the marks of a look: rows of dark spots as well, and no text.
#pragma once

#include <vector>

#include "extract/ink.h"

namespace docmill::ink {

/// The boxes of codes, upright or on their side: eight bars or more of one height beside each other, or the three
/// corners of a QR code. Nothing is decoded.
std::vector<Box> find_code_marks(const std::vector<Box>& marks);

}  // namespace docmill::ink
