// Pages to pixels.
#include <algorithm>
#include <cmath>
#include <optional>

#include "extract/pdf/annotations.h"
#include "extract/pdf/pdf.h"
#include "extract/pdf/state.h"

namespace docmill::pdf {
namespace {

constexpr double points_per_inch = 72;
constexpr double side_pixels_max = 32767;  // Leptonica and Tesseract measure in 16 bits

struct Size {
  double width = 0, height = 0;
};

Size pixels_at(Size page_pt, double dpi) {
  return {std::max(1.0, std::ceil(page_pt.width * dpi / points_per_inch)),
          std::max(1.0, std::ceil(page_pt.height * dpi / points_per_inch))};
}

bool fits(Size pixels, double pixels_max) {
  return pixels.width <= side_pixels_max && pixels.height <= side_pixels_max &&
         pixels.width * pixels.height <= pixels_max;
}

/// The highest resolution up to `dpi` at which the page fits; nothing when that is too low to read. All in double: a
/// page may be 1e9 points wide.
std::optional<double> fitting_dpi(Size page_pt, double dpi, double pixels_max) {
  if (fits(pixels_at(page_pt, dpi), pixels_max)) return dpi;
  const double by_area = points_per_inch * std::sqrt(pixels_max / (page_pt.width * page_pt.height));
  const double by_side = points_per_inch * side_pixels_max / std::max(page_pt.width, page_pt.height);
  double lowered = std::min({dpi, by_area, by_side});
  // Rounding up may be a row or a column too much.
  while (lowered >= dpi_min_for_pixel_limit && !fits(pixels_at(page_pt, lowered), pixels_max)) lowered *= 0.999;
  if (lowered < dpi_min_for_pixel_limit) return std::nullopt;
  return lowered;
}

/// FPDF_RenderPageBitmap draws every annotation but form fields.
void draw_fields(FPDF_FORMHANDLE form, FPDF_BITMAP bitmap, FPDF_PAGE page, int width, int height) {
  if (form == nullptr) return;
  FPDF_FFLDraw(form, bitmap, page, 0, 0, width, height, 0, FPDF_ANNOT);
  FORM_OnBeforeClosePage(page, form);  // drops what the form keeps of the page
}

}  // namespace

Result<GrayImage> Page::render(Dpi dpi, const Limits& limits) {
  const Size page_pt{width_pt(), height_pt()};
  const auto fitting = fitting_dpi(page_pt, dpi.value, static_cast<double>(limits.page_pixels_max));
  if (!fitting)
    return fail(ErrorKind::limit_pixels, "",
                "a page of " + std::to_string(page_pt.width) + " x " + std::to_string(page_pt.height) +
                    " points, more than " + std::to_string(limits.page_pixels_max) + " pixels at any useful dpi");
  const Size pixels = pixels_at(page_pt, *fitting);
  GrayImage image{.width_px = static_cast<std::uint32_t>(pixels.width),
                  .height_px = static_cast<std::uint32_t>(pixels.height),
                  .dpi = *fitting,
                  .pixels = {}};
  constexpr std::uint8_t white = 255;
  image.pixels.assign(std::size_t{image.width_px} * image.height_px, white);
  const int width = static_cast<int>(image.width_px);
  const int height = static_cast<int>(image.height_px);
  const OwnedBitmap bitmap(FPDFBitmap_CreateEx(width, height, FPDFBitmap_Gray, image.pixels.data(), width));
  if (!bitmap) return fail(ErrorKind::corrupt, "", "no bitmap could be made for the page");
  FPDF_PAGE page = state_->page.get();
  FPDF_RenderPageBitmap(bitmap.get(), page, 0, 0, width, height, 0, FPDF_ANNOT);
  if (shows_annotations(page)) draw_fields(state_->form(), bitmap.get(), page, width, height);
  return image;
}

}  // namespace docmill::pdf
