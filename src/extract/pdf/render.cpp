// Pages to pixels.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "extract/pdf/annotations.h"
#include "extract/pdf/pdf.h"
#include "extract/pdf/state.h"

namespace docmill::pdf {
namespace {

constexpr double points_per_inch = 72;
constexpr double page_pixels_max = 1 << 24;       // PDFium's coordinates are float: beyond, neighbours are one
constexpr double recogniser_side_px_max = 32767;  // Leptonica and Tesseract measure in 16 bits

struct Size {
  double width = 0, height = 0;
};

Size pixels_at(Size page_pt, double dpi) {
  return {std::max(1.0, std::ceil(page_pt.width * dpi / points_per_inch)),
          std::max(1.0, std::ceil(page_pt.height * dpi / points_per_inch))};
}

/// What a drawing may have.
struct PixelLimits {
  double pixels_max = 0, side_max = 0;
};

bool fits(Size pixels, const PixelLimits& limits) {
  return pixels.width <= limits.side_max && pixels.height <= limits.side_max &&
         pixels.width * pixels.height <= limits.pixels_max;
}

/// The highest resolution up to `dpi` at which the page fits; nothing when that is too low to read. All in double: a
/// page may be 1e9 points wide.
std::optional<double> fitting_dpi(Size page_pt, double dpi, const PixelLimits& limits) {
  if (fits(pixels_at(page_pt, dpi), limits)) return dpi;
  const double by_area = points_per_inch * std::sqrt(limits.pixels_max / (page_pt.width * page_pt.height));
  const double by_side = points_per_inch * limits.side_max / std::max(page_pt.width, page_pt.height);
  double lowered = std::min({dpi, by_area, by_side});
  // Rounding up may be a row or a column too much.
  while (lowered >= dpi_min_for_pixel_limit && !fits(pixels_at(page_pt, lowered), limits)) lowered *= 0.999;
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

template <typename Image>
constexpr int bitmap_format = Image::samples == 1 ? FPDFBitmap_Gray : FPDFBitmap_BGR;

template <typename Image>
struct Part {
  Image image;
  std::int32_t left_px = 0, top_px = 0;
};

/// What is drawn, and how.
struct Order {
  Size page_pt;
  Rect part;
  double dpi = 0;
  PixelLimits limits;
};

template <typename Image>
Result<Part<Image>> draw(auto& page_state, const Order& order) {
  const Rect& part = order.part;
  const Size part_pt{part.right - part.left, part.bottom - part.top};
  const auto fitting = fitting_dpi(part_pt, order.dpi, order.limits);
  if (!fitting)
    return fail(ErrorKind::limit_pixels, "",
                "a page of " + std::to_string(order.page_pt.width) + " x " + std::to_string(order.page_pt.height) +
                    " points, more than " + std::to_string(static_cast<std::uint64_t>(order.limits.pixels_max)) +
                    " pixels at any useful dpi");
  const Size page_px = pixels_at(order.page_pt, *fitting);
  if (std::max(page_px.width, page_px.height) > page_pixels_max)
    return fail(ErrorKind::limit_pixels, "", "a part of a page that is more than a thousand times as large");
  const auto at = [&](double points) { return points * *fitting / points_per_inch; };
  Part<Image> drawn{.image = {.width_px = 0, .height_px = 0, .dpi = *fitting, .pixels = {}},
                    .left_px = whole(std::floor(at(part.left))),
                    .top_px = whole(std::floor(at(part.top)))};
  const int width = whole(std::clamp(std::ceil(at(part.right)), drawn.left_px + 1.0, page_px.width)) - drawn.left_px;
  const int height = whole(std::clamp(std::ceil(at(part.bottom)), drawn.top_px + 1.0, page_px.height)) - drawn.top_px;
  Image& image = drawn.image;
  image.width_px = static_cast<std::uint32_t>(width);
  image.height_px = static_cast<std::uint32_t>(height);
  constexpr std::uint8_t white = 255;
  image.pixels.assign(std::size_t{image.width_px} * image.height_px * Image::samples, white);
  const int row_bytes = width * static_cast<int>(Image::samples);
  const OwnedBitmap bitmap(FPDFBitmap_CreateEx(width, height, bitmap_format<Image>, image.pixels.data(), row_bytes));
  if (!bitmap) return fail(ErrorKind::corrupt, "", "no bitmap could be made for the page");
  const View view{.page_width = whole(page_px.width),
                  .page_height = whole(page_px.height),
                  .left = drawn.left_px,
                  .top = drawn.top_px};
  FPDF_PAGE page = page_state.page.get();
  FPDF_RenderPageBitmap(bitmap.get(), page, -view.left, -view.top, view.page_width, view.page_height, 0, FPDF_ANNOT);
  if (shows_annotations(page)) draw_fields(page_state.form(), bitmap.get(), page, view);
  return drawn;
}

}  // namespace

Result<GrayImage> Page::render(Dpi dpi, const Limits& limits) {
  Result<PartImage> page = render({.left = 0, .top = 0, .right = width_pt(), .bottom = height_pt()}, dpi, limits);
  if (!page) return std::unexpected(std::move(page).error());
  return std::move(page->image);
}

Result<PartImage> Page::render(const Rect& part, Dpi dpi, const Limits& limits) {
  Result<Part<GrayImage>> drawn =
      draw<GrayImage>(*state_, {.page_pt = {width_pt(), height_pt()},
                                .part = part,
                                .dpi = dpi.value,
                                .limits = {static_cast<double>(limits.page_pixels_max), recogniser_side_px_max}});
  if (!drawn) return std::unexpected(std::move(drawn).error());
  return PartImage{.image = std::move(drawn->image), .left_px = drawn->left_px, .top_px = drawn->top_px};
}

Result<ColourImage> Page::render_colour(Dpi dpi, const Limits& limits, std::uint32_t side_px_max) {
  Result<ColourPart> drawn =
      render_colour({.left = 0, .top = 0, .right = width_pt(), .bottom = height_pt()}, dpi, limits, side_px_max);
  if (!drawn) return std::unexpected(std::move(drawn).error());
  return std::move(drawn->image);
}

Result<ColourPart> Page::render_colour(const Rect& part, Dpi dpi, const Limits& limits, std::uint32_t side_px_max) {
  Result<Part<ColourImage>> drawn = draw<ColourImage>(
      *state_, {.page_pt = {width_pt(), height_pt()},
                .part = part,
                .dpi = dpi.value,
                .limits = {static_cast<double>(limits.page_pixels_max), static_cast<double>(side_px_max)}});
  if (!drawn) return std::unexpected(std::move(drawn).error());
  return ColourPart{.image = std::move(drawn->image), .left_px = drawn->left_px, .top_px = drawn->top_px};
}

}  // namespace docmill::pdf
