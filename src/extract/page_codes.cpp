#include "extract/page_codes.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include "extract/codes/bars.h"
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

codes::Placement placement_of(const pdf::PlacedImage& image) {
  return {.a = image.a, .b = image.b, .c = image.c, .d = image.d, .e = image.e, .f = image.f};
}

/// Whether the page as drawn has nothing that this does not: few scans have more than 300 dpi, and none of 200 gains by
/// it.
bool is_sharp(const codes::Placement& placement) {
  constexpr double dpi_min = 190;
  return std::hypot(placement.a, placement.b) * dpi_min <= points_per_inch &&
         std::hypot(placement.c, placement.d) * dpi_min <= points_per_inch;
}

class CodeFinder {
 public:
  CodeFinder(const Reading& reading, PageRow& row)
      : reading_(reading), row_(row), codes_(row.width_pt.value_or(0), row.height_pt.value_or(0)) {}

  void look_at_page(pdf::Page& page) {
    const bool one_image = page.shows_one_image();
    bool is_drawn = false;
    const bool all = page.visit_images(reading_.options.recipe.limits, [&](const pdf::PlacedImage& placed) {
      const codes::Placement placement = placement_of(placed);
      if (one_image && is_sharp(placement)) {
        is_drawn = true;
        look_at_pixels(placed.image, placement);
        look_at_bars(placed.image, placement, Looks::once, CodeSource::image);
      } else {
        look_at_pixels(placed.image, placement);
      }
    });
    is_complete_ = is_complete_ && all;
    if (!is_drawn) look_at_drawn(page);
  }

  /// The only one there is.
  void look_at_picture(const GrayImage& image, const codes::Placement& placement) {
    look_at_pixels(image, placement);
    look_at_bars(image, placement, Looks::twice, CodeSource::image);
  }

  void finish() {
    row_.codes = std::move(codes_).take();
    if (!is_complete_) warn(row_, warning::codes_missing);
  }

 private:
  enum class Looks : std::uint8_t { once, twice };

  void look_at_drawn(pdf::Page& page) {
    const Result<GrayImage> image = page.render({codes_dpi}, reading_.options.recipe.limits);
    if (!image) {
      is_complete_ = false;
      return;
    }
    if (image->dpi < codes_dpi) warn_once(row_, warning::dpi_reduced);
    const double scale = points_per_inch / image->dpi;
    add(*image, {.a = scale, .d = scale}, CodeSource::page);
    look_at_bars(*image, {.a = scale, .d = scale}, Looks::once, CodeSource::page);
  }

  /// Of an image in which nothing is found, a second time at twice its size.
  void look_at_pixels(const GrayImage& image, const codes::Placement& placement) {
    if (!add(image, placement, CodeSource::image)) look_again(image, placement, CodeSource::image);
  }

  /// At parts that have bars of which no code is known, turned upright. Of 190 dpi and more, they have pixels enough
  /// for one look.
  void look_at_bars(const GrayImage& image, const codes::Placement& placement, Looks looks, CodeSource source) {
    std::size_t parts_left = bar_looks_max;
    double pixels_left = static_cast<double>(image.pixels.size());
    for (const codes::Bars& bars : codes::find_bars(image)) {
      const codes::Placement place = bars.placement().within(placement);
      if (codes_.has_most_of(bars.inner(), place)) continue;
      const double pixels = bars.width * bars.height;
      if (parts_left == 0 || pixels > pixels_left) continue;
      --parts_left;
      pixels_left -= pixels;
      const GrayImage part = codes::level(image, bars);
      if (!add(part, place, source, codes::Kinds::level_bars) && looks == Looks::twice)
        look_again(part, place, source, codes::Kinds::level_bars);
    }
  }

  void look_again(const GrayImage& image, const codes::Placement& placement, CodeSource source,
                  codes::Kinds kinds = codes::Kinds::all) {
    const std::uint64_t pixels = image.pixels.size();
    if (pixels > second_look_pixels_max || pixels > second_look_pixels_left_) return;
    second_look_pixels_left_ -= pixels;
    add(codes::doubled(image), placement.scaled(0.5), source, kinds);
  }

  /// Whether there are any.
  bool add(const GrayImage& image, const codes::Placement& placement, CodeSource source,
           codes::Kinds kinds = codes::Kinds::all) {
    const codes::Found found = reading_.recogniser->find_codes(image, kinds, reading_.options.recipe.code_formats);
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
  finder.look_at_page(page);
  finder.finish();
}

void add_codes(const Reading& reading, PageRow& row, const Result<image::Decoded>& decoded) {
  if (!wants_codes(reading) || !decoded) return miss_codes(reading, row);
  reading.sink.stage(row.page_index, "codes");
  if (decoded->partly_decoded) warn_once(row, warning::partly_decoded);
  if (decoded->scale < 1) warn_once(row, warning::dpi_reduced);
  CodeFinder finder(reading, row);
  finder.look_at_picture(decoded->image, filling(row, decoded->image));
  finder.finish();
}

void miss_codes(const Reading& reading, PageRow& row) {
  if (wants(reading, OutputId::codes)) warn(row, warning::codes_missing);
}

}  // namespace docmill::extract
