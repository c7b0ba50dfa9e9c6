// The images of a page, at their own pixels.
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "extract/image/luma.h"
#include "extract/pdf/bitmap.h"
#include "extract/pdf/embedded_images.h"
#include "extract/pdf/handles.h"
#include "extract/pdf/matrix.h"
#include "extract/pdf/page_map.h"
#include "extract/pdf/page_objects.h"
#include "extract/pdf/pdf.h"
#include "extract/pdf/state.h"

namespace docmill::pdf {
namespace {

using Bytes = std::span<const std::uint8_t>;

void to_gray(Bytes row, std::size_t samples, std::span<std::uint8_t> gray) {
  for (std::size_t x = 0; x < gray.size(); ++x) {
    const Bytes pixel = row.subspan(x * samples, samples);
    gray[x] = samples == 1 ? pixel[0] : image::luma(pixel[2], pixel[1], pixel[0]);
  }
}

std::optional<GrayImage> gray_of(FPDF_BITMAP bitmap) {
  const auto view = view_of(bitmap);
  if (!view) return std::nullopt;
  GrayImage image{.width_px = view->width_px, .height_px = view->height_px, .pixels = {}};
  image.pixels.resize(std::size_t{image.width_px} * image.height_px);
  for (std::size_t y = 0; y < image.height_px; ++y)
    to_gray(view->row(y), view->samples, std::span(image.pixels).subspan(y * image.width_px, image.width_px));
  return image;
}

class ImageVisitor {
 public:
  ImageVisitor(FPDF_PAGE page, const Limits& limits, const std::function<void(const PlacedImage&)>& visit)
      : map_(page), pixels_max_(limits.page_pixels_max), pixels_left_(2 * limits.page_pixels_max), visit_(visit) {}

  void operator()(FPDF_PAGEOBJECT object, int type, const FS_MATRIX& to_page, int /*depth*/) {
    if (type != FPDF_PAGEOBJ_IMAGE) return;
    unsigned int width = 0;
    unsigned int height = 0;
    if (FPDFImageObj_GetImagePixelSize(object, &width, &height) == 0) return leave_out();
    if (width < image_side_px_min || height < image_side_px_min) return;
    const std::uint64_t pixels = std::uint64_t{width} * height;
    if (pixels > pixels_max_ || pixels > pixels_left_ || visited_ == images_visited_max) return leave_out();
    pixels_left_ -= pixels;
    ++visited_;
    const OwnedBitmap bitmap(FPDFImageObj_GetBitmap(object));
    std::optional<GrayImage> image = bitmap ? gray_of(bitmap.get()) : std::nullopt;
    FS_MATRIX own{};
    if (!image || FPDFPageObj_GetMatrix(object, &own) == 0) return leave_out();
    visit_(placed(*std::move(image), concatenated(own, to_page)));
  }

  bool is_complete() const { return is_complete_; }

 private:
  void leave_out() { is_complete_ = false; }

  /// The image fills the unit square, its first row on top.
  PlacedImage placed(GrayImage image, const FS_MATRIX& matrix) const {
    const auto corner = [&](double x, double y) {
      return map_.displayed((matrix.a * x) + (matrix.c * y) + matrix.e, (matrix.b * x) + (matrix.d * y) + matrix.f);
    };
    const PagePoint top_left = corner(0, 1), top_right = corner(1, 1), bottom_left = corner(0, 0);
    const double width = image.width_px, height = image.height_px;
    return {.image = std::move(image),
            .a = (top_right.x - top_left.x) / width,
            .b = (top_right.y - top_left.y) / width,
            .c = (bottom_left.x - top_left.x) / height,
            .d = (bottom_left.y - top_left.y) / height,
            .e = top_left.x,
            .f = top_left.y};
  }

  PageMap map_;
  std::uint64_t pixels_max_, pixels_left_;
  const std::function<void(const PlacedImage&)>& visit_;
  std::size_t visited_ = 0;
  bool is_complete_ = true;
};

/// Of what is drawn.
struct Drawing {
  std::size_t images = 0, others = 0;
  bool fills_page = false;
};

bool fills(const FS_MATRIX& unit_square, const PageMap& map) {
  constexpr double share_min = 0.98;
  const Rect box = map.displayed(transformed({.left = 0, .bottom = 0, .right = 1, .top = 1}, unit_square));
  return box.right - box.left >= share_min * map.width_pt() && box.bottom - box.top >= share_min * map.height_pt();
}

void note(FPDF_PAGEOBJECT object, int type, const FS_MATRIX& to_page, const PageMap& map, Drawing& drawing) {
  FS_MATRIX own{};
  if (type == FPDF_PAGEOBJ_TEXT && FPDFTextObj_GetTextRenderMode(object) == FPDF_TEXTRENDERMODE_INVISIBLE) return;
  if (type != FPDF_PAGEOBJ_IMAGE || FPDFPageObj_HasTransparency(object) != 0 ||
      FPDFPageObj_GetMatrix(object, &own) == 0) {
    ++drawing.others;
    return;
  }
  ++drawing.images;
  drawing.fills_page = fills(concatenated(own, to_page), map);
}

}  // namespace

bool Page::shows_one_image() {
  const PageMap map(state_->page.get());
  Drawing drawing;
  visit_objects(state_->own_objects(), [&](FPDF_PAGEOBJECT object, int type, const FS_MATRIX& to_page, int /*depth*/) {
    note(object, type, to_page, map, drawing);
  });
  return drawing.images == 1 && drawing.others == 0 && drawing.fills_page && !state_->has_shown_annotations();
}

bool Page::visit_embedded_images(const Limits& limits, const std::function<void(EmbeddedImage)>& visit) {
  return pdf::visit_embedded_images(state_->document, state_->page.get(), state_->own_objects(), limits, visit);
}

bool Page::visit_images(const Limits& limits, const std::function<void(const PlacedImage&)>& visit) {
  ImageVisitor visitor(state_->page.get(), limits, visit);
  visit_objects(state_->own_objects(), visitor);
  return visitor.is_complete();
}

}  // namespace docmill::pdf
