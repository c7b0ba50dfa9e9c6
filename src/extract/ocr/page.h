// A page made ready to be read, in any direction and in parts.
#pragma once

#include <cstdint>
#include <vector>

#include "extract/image/pixel_image.h"
#include "extract/ocr/placement.h"
#include "extract/ocr/text_lines.h"

namespace docmill::ocr {

/// A region, in the frame of the page straightened about its top left corner, and the height of its letters.
struct Part {
  Box box;
  double height_px = 0;
};

/// Dark ink on white paper, without grain and specks, and where its text lies.
struct Page {
  GrayImage image;
  TextLines lines;               // in pixels of the image; without letters where the page holds no text
  std::vector<Component> marks;  // of any size that letters have, whether or not they stand in line
  Part text;                     // around all text
  bool has_grain = false;        // what is gray may be no ink
};

Page prepare(const GrayImage& scan);

Box box_of(const Component& component);

/// The part of a page with text that has the most letters: enough to see whether text
/// can be read, and too little to take long. All of the text where there is little.
Part sample_of(const Page& page);

/// How `part` of the page is turned by `turn_deg` (0, 90, 180 or 270, clockwise) and scaled so that its letters are
/// `letter_px` high, or less where the image would have more than 40 million pixels or 32,000 a side.
Placement upright(const Page& page, const Part& part, std::int32_t turn_deg, double letter_px);

}  // namespace docmill::ocr
