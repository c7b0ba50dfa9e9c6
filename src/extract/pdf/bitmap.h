// PDFium's bitmaps as rows of bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// Borrows the pixels of a bitmap, which outlives it.
struct BitmapView {
  std::uint32_t width_px = 0, height_px = 0;  // at least 1
  std::uint32_t samples = 1;                  // 1: gray; 3: blue, green, red; 4: the same and one more
  std::size_t stride_bytes = 0;
  const std::uint8_t* first_row = nullptr;

  std::size_t row_bytes() const { return std::size_t{width_px} * samples; }
  std::span<const std::uint8_t> row(std::size_t y) const { return {first_row + (y * stride_bytes), row_bytes()}; }
};

/// Nothing where it has no pixels, or is of a format that is none of an image's.
std::optional<BitmapView> view_of(FPDF_BITMAP bitmap);

}  // namespace docmill::pdf
