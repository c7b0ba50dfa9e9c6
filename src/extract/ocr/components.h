// Connected components of ink: letters, dots, rules and dirt as boxes.
#pragma once

#include <cstdint>
#include <vector>

#include "extract/image/pixel_image.h"
#include "extract/ink.h"

namespace docmill::ocr {

/// The box around dark pixels that touch each other, also by a corner. In pixels; right and bottom lie outside.
struct Component {
  std::int32_t left = 0, top = 0, right = 0, bottom = 0;
  std::int32_t ink_px = 0;  // dark pixels

  std::int32_t width() const { return right - left; }
  std::int32_t height() const { return bottom - top; }
};

/// As of the page turned over its diagonal: what ran down runs across.
inline Component turned_over(const Component& c) {
  return {.left = c.top, .top = c.left, .right = c.bottom, .bottom = c.right, .ink_px = c.ink_px};
}

/// As the finder of rows takes it.
inline ink::Box mark_of(const Component& c) {
  return {.left = c.left, .top = c.top, .right = c.right, .bottom = c.bottom};
}

/// Dark pixels side by side in one row; right lies outside.
struct Run {
  std::int32_t y = 0, left = 0, right = 0;
  std::uint32_t component = 0;  // index
};

struct Ink {
  std::vector<Component> components;         // in the order of their first pixels, row by row
  std::vector<Run> runs;                     // from top to bottom, from left to right
  std::int32_t width_px = 0, height_px = 0;  // of the image, where it was found in one
};

/// All pixels darker than `threshold`.
Ink find_ink(const GrayImage& image, std::uint8_t threshold);

/// The components of runs that come row by row, from left to right.
Ink ink_of(std::vector<Run> runs);

/// The threshold that separates two populations of gray best (N. Otsu, 1979), between them where they lie apart; but no
/// brighter than midway between the darkest ink and white. On a page with a label and little else the two populations
/// are paper and shadow.
std::uint8_t find_threshold(const GrayImage& image);

/// Paints components white, with the pixels around them, which are half paper. `image` is the one in which the ink was
/// found, or `scale` times as large in both directions.
void erase(GrayImage& image, const Ink& ink, const std::vector<bool>& unwanted, std::uint32_t scale);

/// Paints runs white, and the pixels around them that are no ink: lighter than `threshold`.
void erase(GrayImage& image, const std::vector<Run>& runs, std::uint8_t threshold);

}  // namespace docmill::ocr
