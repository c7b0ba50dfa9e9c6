#include "extract/page_codes.h"

#include <algorithm>
#include <utility>

#include "extract/codes/doubled.h"
#include "extract/codes/placement.h"

namespace docmill::extract {
namespace {

// A4 at 150 dpi; of a larger one a second look costs more than it finds.
constexpr std::uint64_t second_look_pixels_max = 2'500'000;
// Of all images of a page: a second or so.
constexpr std::uint64_t second_looks_pixels_max = 10'000'000;

/// Where an image fills a page.
codes::Placement filling(const PageRow& row, const GrayImage& image) {
  return {.a = row.width_pt.value_or(0) / image.width_px, .d = row.height_pt.value_or(0) / image.height_px};
}

class CodeFinder {
 public:
  CodeFinder(const Reading& reading, PageRow& row)
      : reading_(reading), row_(row), codes_(row.width_pt.value_or(0), row.height_pt.value_or(0)) {}

  /// Of an image in which nothing is found, a second time at twice its size.
  void look_at_own_pixels(const GrayImage& image, const codes::Placement& placement) {
    if (look_at(image, placement, CodeSource::image)) return;
    const std::uint64_t pixels = std::uint64_t{image.width_px} * image.height_px;
    if (pixels > second_look_pixels_max || pixels > second_look_pixels_left_) return;
    second_look_pixels_left_ -= pixels;
    look_at(codes::doubled(image), placement.scaled(0.5), CodeSource::image);
  }

  void look_at_images(pdf::Page& page) {
    const bool all = page.visit_images(reading_.options.recipe.limits, [&](const pdf::PlacedImage& placed) {
      look_at_own_pixels(placed.image,
                         {.a = placed.a, .b = placed.b, .c = placed.c, .d = placed.d, .e = placed.e, .f = placed.f});
    });
    is_complete_ = is_complete_ && all;
  }

  void look_at_drawn(pdf::Page& page) {
    const Result<GrayImage> image = page.render({codes_dpi}, reading_.options.recipe.limits);
    if (!image) return leave_out();
    if (image->dpi < codes_dpi) warn_once(row_, warning::dpi_reduced);
    look_at(*image, {.a = points_per_inch / image->dpi, .d = points_per_inch / image->dpi}, CodeSource::page);
  }

  void leave_out() { is_complete_ = false; }

  void finish() {
    row_.codes = std::move(codes_).take();
    if (!is_complete_) warn(row_, warning::codes_missing);
  }

 private:
  /// Whether there are any.
  bool look_at(const GrayImage& image, const codes::Placement& placement, CodeSource source) {
    const codes::Found found = reading_.recogniser->find_codes(image);
    is_complete_ = is_complete_ && !found.is_cut;
    codes_.add(found.codes, placement, source);
    return !found.codes.empty();
  }

  const Reading& reading_;
  PageRow& row_;
  codes::PageCodes codes_;
  std::uint64_t second_look_pixels_left_ = second_looks_pixels_max;
  bool is_complete_ = true;
};

}  // namespace

bool wants_codes(const Reading& reading) { return wants(reading, OutputId::codes) && !reading.options.safe_profile; }

void add_codes(const Reading& reading, PageRow& row, pdf::Page& page) {
  if (!wants_codes(reading)) return miss_codes(reading, row);
  reading.sink.stage(row.page_index, "codes");
  CodeFinder finder(reading, row);
  finder.look_at_images(page);
  finder.look_at_drawn(page);
  finder.finish();
}

void add_codes(const Reading& reading, PageRow& row, const Result<image::Decoded>& decoded) {
  if (!wants_codes(reading) || !decoded) return miss_codes(reading, row);
  reading.sink.stage(row.page_index, "codes");
  if (decoded->partly_decoded) warn_once(row, warning::partly_decoded);
  if (decoded->scale < 1) warn_once(row, warning::dpi_reduced);
  CodeFinder finder(reading, row);
  finder.look_at_own_pixels(decoded->image, filling(row, decoded->image));
  finder.finish();
}

void miss_codes(const Reading& reading, PageRow& row) {
  if (wants(reading, OutputId::codes)) warn(row, warning::codes_missing);
}

}  // namespace docmill::extract
