// A page made ready to be read in any direction.
#pragma once

#include <cstdint>

#include "extract/image/gray_image.h"
#include "extract/ocr/placement.h"
#include "extract/ocr/text_lines.h"

namespace docmill::ocr {

/// Dark ink on white paper without grain and specks, and where its text lies.
struct Page {
  GrayImage image;
  TextLines lines;  // in pixels of the image; without letters where the page holds no text
  Box text;         // around all text, in the frame of the page turned by lines.skew_deg about its top left corner
};

Page prepare(const GrayImage& scan);

}  // namespace docmill::ocr
