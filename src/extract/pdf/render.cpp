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
constexpr double page_pixels_max = 1 << 24;  // PDFium's coordinates are float: beyond, neighbours are one
constexpr double side_pixels_max = 32767;    // Leptonica and Tesseract measure in 16 bits

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

/// The page at a resolution, and where a part of it begins.
struct View {
  int page_width = 0, page_height = 0;
  int left = 0, top = 0;
};

/// FPDF_RenderPageBitmap draws every annotation but form fields.
void draw_fields(FPDF_FORMHANDLE form, FPDF_BITMAP bitmap, FPDF_PAGE page, const View& view) {
  if (form == nullptr) return;
  FPDF_FFLDraw(form, bitmap, page, -view.left, -view.top, view.page_width, view.page_height, 0, FPDF_ANNOT);
  FORM_OnBeforeClosePage(page, form);  // drops what the form keeps of the page
}

int whole(double pixels) { return static_cast<int>(pixels); }

}  // namespace

Result<GrayImage> Page::render(Dpi dpi, const Limits& limits) {
  Result<PartImage> page = render({.left = 0, .top = 0, .right = width_pt(), .bottom = height_pt()}, dpi, limits);
  if (!page) return std::unexpected(std::move(page).error());
  return std::move(page->image);
}

Result<PartImage> Page::render(const Rect& part, Dpi dpi, const Limits& limits) {
  const Size part_pt{part.right - part.left, part.bottom - part.top};
  const auto fitting = fitting_dpi(part_pt, dpi.value, static_cast<double>(limits.page_pixels_max));
  if (!fitting)
    return fail(ErrorKind::limit_pixels, "",
                "a page of " + std::to_string(width_pt()) + " x " + std::to_string(height_pt()) +
                    " points, more than " + std::to_string(limits.page_pixels_max) + " pixels at any useful dpi");
  const Size page_px = pixels_at({width_pt(), height_pt()}, *fitting);
  if (std::max(page_px.width, page_px.height) > page_pixels_max)
    return fail(ErrorKind::limit_pixels, "", "a part of a page that is more than a thousand times as large");
  const auto at = [&](double points) { return points * *fitting / points_per_inch; };
  PartImage drawn{.image = {.width_px = 0, .height_px = 0, .dpi = *fitting, .pixels = {}},
                  .left_px = whole(std::floor(at(part.left))),
                  .top_px = whole(std::floor(at(part.top)))};
  const int width = whole(std::clamp(std::ceil(at(part.right)), drawn.left_px + 1.0, page_px.width)) - drawn.left_px;
  const int height = whole(std::clamp(std::ceil(at(part.bottom)), drawn.top_px + 1.0, page_px.height)) - drawn.top_px;
  drawn.image.width_px = static_cast<std::uint32_t>(width);
  drawn.image.height_px = static_cast<std::uint32_t>(height);
  constexpr std::uint8_t white = 255;
  drawn.image.pixels.assign(std::size_t{drawn.image.width_px} * drawn.image.height_px, white);
  const OwnedBitmap bitmap(FPDFBitmap_CreateEx(width, height, FPDFBitmap_Gray, drawn.image.pixels.data(), width));
  if (!bitmap) return fail(ErrorKind::corrupt, "", "no bitmap could be made for the page");
  const View view{.page_width = whole(page_px.width),
                  .page_height = whole(page_px.height),
                  .left = drawn.left_px,
                  .top = drawn.top_px};
  FPDF_PAGE page = state_->page.get();
  FPDF_RenderPageBitmap(bitmap.get(), page, -view.left, -view.top, view.page_width, view.page_height, 0, FPDF_ANNOT);
  if (shows_annotations(page)) draw_fields(state_->form(), bitmap.get(), page, view);
  return drawn;
}

}  // namespace docmill::pdf
