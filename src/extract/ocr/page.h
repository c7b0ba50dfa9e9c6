// A page made ready to be read, in any direction and in parts.
#pragma once

#include <cstdint>

#include "extract/image/gray_image.h"
#include "extract/ocr/placement.h"
#include "extract/ocr/text_lines.h"

namespace docmill::ocr {

/// Dark ink on white paper, without grain and specks, and where its text lies.
struct Page {
  GrayImage image;
  TextLines lines;  // in pixels of the image; without letters where the page holds no text
  Box text;         // around all text, in the frame of the page straightened about its top left corner
};

Page prepare(const GrayImage& scan);

/// The part of a page with text that has the most letters, in the same frame as Page::text: enough to see whether text
/// can be read, and too little to take long. All of the text where there is little.
Box sample_of(const Page& page);

/// How `part` of the page, in the frame of Page::text, is turned by `turn_deg` (0, 90, 180 or 270, clockwise) and
/// scaled so that letters are `letter_px` high.
Placement upright(const Page& page, const Box& part, std::int32_t turn_deg, double letter_px);

}  // namespace docmill::ocr
