#include "extract/pdf/bitmap.h"

namespace docmill::pdf {
namespace {

/// 0 for a format that is none of an image's.
std::uint32_t samples_of(FPDF_BITMAP bitmap) {
  switch (FPDFBitmap_GetFormat(bitmap)) {
    case FPDFBitmap_Gray:
      return 1;
    case FPDFBitmap_BGR:
      return 3;
    case FPDFBitmap_BGRx:
    case FPDFBitmap_BGRA:
    case FPDFBitmap_BGRA_Premul:
      return 4;
    default:
      return 0;
  }
}

}  // namespace

std::optional<BitmapView> view_of(FPDF_BITMAP bitmap) {
  const int width = FPDFBitmap_GetWidth(bitmap), height = FPDFBitmap_GetHeight(bitmap);
  const int stride = FPDFBitmap_GetStride(bitmap);
  const auto* const first_row = static_cast<const std::uint8_t*>(FPDFBitmap_GetBuffer(bitmap));
  const std::uint32_t samples = samples_of(bitmap);
  if (samples == 0 || width <= 0 || height <= 0 || stride <= 0 || first_row == nullptr) return std::nullopt;
  const BitmapView view{.width_px = static_cast<std::uint32_t>(width),
                        .height_px = static_cast<std::uint32_t>(height),
                        .samples = samples,
                        .stride_bytes = static_cast<std::size_t>(stride),
                        .first_row = first_row};
  if (view.stride_bytes < view.row_bytes()) return std::nullopt;
  return view;
}

}  // namespace docmill::pdf
