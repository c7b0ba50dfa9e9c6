// The light on a page: ink becomes dark and paper white, whatever was scanned or photographed.
#pragma once

#include <cstdint>
#include <vector>

#include "extract/image/pixel_image.h"

namespace docmill::ocr {

/// How bright paper is, measured over square tiles of the image.
struct Lighting {
  bool light_on_dark = false;  // the ink is brighter than the paper; levels are those of the inverted image
  bool even = true;            // one level stands for the page; else light falls off, or a shadow lies on it
  std::uint8_t level = 255;    // of the paper on most of the page
  std::uint32_t tile_px = 0, columns = 0, rows = 0;
  std::vector<std::uint8_t> levels;  // a level a tile, row by row; bars and small pictures count as paper around them
};

/// Pure. The image has at least one pixel.
Lighting measure_lighting(const GrayImage& image);

/// Makes ink dark and paper white. `image` is the one that was measured, or `scale` times as large.
void even_out(GrayImage& image, const Lighting& lighting, std::uint32_t scale);

}  // namespace docmill::ocr
