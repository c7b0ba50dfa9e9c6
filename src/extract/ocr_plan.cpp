#include "extract/ocr_plan.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "extract/merge.h"

namespace docmill::extract {
namespace {

// A tiling pattern, a soft mask or an annotation below this share of the page holds no three lines.
constexpr double fill_share_min = 0.01;
// Below, marks of the size of letters are letters of a poster, or none.
constexpr double sharp_dpi_min = 36;

Rect points_of(const ink::Box& box, double dpi) {
  const auto points = [&](std::int32_t pixels) { return pixels * points_per_inch / dpi; };
  return {.left = points(box.left), .top = points(box.top), .right = points(box.right), .bottom = points(box.bottom)};
}

class Planner {
 public:
  Planner(const Reading& reading, pdf::Page& page, std::uint32_t page_index, OwnText& own, const Trust& trust)
      : reading_(reading),
        page_(page),
        page_index_(page_index),
        own_(own),
        trust_(trust),
        size_{page.width_pt(), page.height_pt()} {}

  OcrPlan plan() {
    if (!ocr_is_allowed(reading_.options)) return {};
    if (recipe().ocr == OcrMode::always) return decided(OcrReason::always, {.regions = {whole_page()}});
    if (own_.visible() < recipe().text_length_min) return plan_for_little_text();
    if (trust_.is_below(recipe().trust_min))
      return decided(OcrReason::untrusted, {.regions = {whole_page()}, .beside_own_text = own_.text().readable > 0});
    if (own_.distrusted() > 0) return plan_for_distrusted_text();
    if (recipe().ocr == OcrMode::pictures)
      if (OcrPlan plan = plan_for_pictures(); !plan.regions.empty()) return plan;
    return plan_for_much_text();
  }

 private:
  const Recipe& recipe() const { return reading_.options.recipe; }
  const pdf::Content& content() const { return own_.content(); }
  Rect whole_page() const { return {.left = 0, .top = 0, .right = size_.width_pt, .bottom = size_.height_pt}; }

  OcrPlan plan_for_little_text() {
    const pdf::Drawn drawn = page_.drawn();
    if (drawn == pdf::Drawn::nothing) return decided(OcrReason::nothing_drawn, {});
    const bool invisible = own_.text().readable >= recipe().text_length_min;
    if (invisible && has_whole_layer()) return decided(OcrReason::text_layer, {});
    const std::optional<GrayImage> image = look();
    if (!image)
      if (OcrPlan plan = plan_without_look(true); !plan.regions.empty()) return plan;
    // A page that cannot be drawn for the look, nor has pictures, is where its error is told.
    const bool due = !image || (invisible ? misses_text(ink::measure_text(*image, places(*image, {})))
                                          : ink::looks_like_text(*image, places_of_little_text(*image, drawn)));
    if (due) return decided(OcrReason::ink, {.regions = {whole_page()}, .beside_own_text = invisible});
    return decided(invisible ? OcrReason::text_layer : OcrReason::no_text_like_ink, {});
  }

  /// Fonts of the page were found to say something else than what is drawn.
  OcrPlan plan_for_distrusted_text() {
    std::vector<Rect> lines = own_.distrusted_boxes();
    if (const std::optional<GrayImage> image = look()) {
      const ink::TextInk measured = ink::measure_text(*image, places(*image, {}));
      if (measured.unknown_marks() * 2 >= measured.all) lines = {whole_page()};
      if (misses_text(measured))
        for (const ink::Row& row : measured.unknown) lines.push_back(points_of(row.box, image->dpi));
    }
    return decided(OcrReason::untrusted, {.regions = regions_of(lines, size_), .beside_own_text = true});
  }

  /// Beside text of the page's own.
  OcrPlan plan_for_pictures() {
    std::vector<Rect> regions = image_regions(content().images, size_);
    if (regions.empty() || has_whole_layer()) return {};
    const std::optional<GrayImage> image = look();
    if (image && !ink::looks_like_text(*image, places(*image, regions))) return {};
    return decided(OcrReason::image_text, {.regions = std::move(regions), .beside_own_text = true});
  }

  OcrPlan plan_for_much_text() {
    const bool pictures_count = own_.visible() < good_text_length_min
                                    ? !image_regions(content().images, size_).empty()
                                    : cover_share(content().images, size_) >= cover_share_min;
    if (!may_miss_text(pictures_count)) return looked_ ? decided(OcrReason::no_image_text, {}) : OcrPlan{};
    if (has_whole_layer()) return decided(OcrReason::text_layer, {});
    const std::optional<GrayImage> image = look();
    if (!image) return plan_without_look(pictures_count);
    ink::Places where = places(*image, {});
    if (!pictures_count)
      for (const Rect& picture : content().images) where.ignored.push_back(pixels_of(picture, image->dpi));
    const ink::TextInk measured = ink::measure_text(*image, where);
    if (!misses_text(measured)) return decided(OcrReason::nothing_missed, {});
    return decided(OcrReason::missed_text,
                   {.regions = regions_with(measured, image->dpi, pictures_count), .beside_own_text = true});
  }

  /// A page too large to be drawn: its pictures are smaller.
  OcrPlan plan_without_look(bool pictures_count) {
    std::vector<Rect> regions = pictures_count ? image_regions(content().images, size_) : std::vector<Rect>{};
    if (regions.empty()) return {.undecided = true};
    return decided(OcrReason::image_text, {.regions = std::move(regions), .beside_own_text = true});
  }

  /// Whether a look is worth its price: a hundred times what it costs to ask.
  bool may_miss_text(bool pictures_count) {
    if (pictures_count || has_unreadable_text(own_.text().readable, own_.text().unreadable)) return true;
    const auto is_large = [&](const Rect& box) { return area_share(box, size_) >= fill_share_min; };
    return std::ranges::any_of(content().fills, is_large) || may_be_outlined_text(unknown_shapes());
  }

  std::vector<Rect> unknown_shapes() {
    std::vector<Rect> shapes = content().shapes;
    if (!may_be_outlined_text(shapes)) return {};
    // Shapes on known text are underlines, frames and ornaments.
    const std::vector<Rect> known = own_.known_boxes();
    std::erase_if(shapes, [&](const Rect& shape) { return holds_middle_of(known, shape); });
    return shapes;
  }

  std::vector<Rect> regions_with(const ink::TextInk& measured, double dpi, bool pictures_count) const {
    if (measured.unknown_marks() * 2 >= measured.all) return {whole_page()};
    if (pictures_count)
      if (std::vector<Rect> regions = image_regions(content().images, size_); !regions.empty()) return regions;
    std::vector<Rect> lines;
    for (const ink::Row& row : measured.unknown) lines.push_back(points_of(row.box, dpi));
    return regions_of(lines, size_);
  }

  /// Whether an earlier OCR left so much that nothing is looked for.
  bool has_whole_layer() { return own_.layer_share(size_.width_pt * size_.height_pt) >= layer_share_min; }

  /// Nothing where the page is too large to be drawn so that its letters can be told from anything else.
  std::optional<GrayImage> look() {
    reading_.sink.stage(page_index_, "look");
    looked_ = true;
    Result<GrayImage> image = page_.render({ink::look_dpi}, recipe().limits);
    if (!image || image->dpi < sharp_dpi_min) return std::nullopt;
    return *std::move(image);
  }

  ink::Places places(const GrayImage& image, std::span<const Rect> wanted) {
    ink::Places places;
    for (const Rect& box : wanted) places.wanted.push_back(pixels_of(box, image.dpi));
    for (const Rect& box : own_.known_boxes()) places.known.push_back(pixels_of(box, image.dpi));
    return places;
  }

  /// A glyph without a character is seen with the rest of its word: alone it stands in no row.
  ink::Places places_of_little_text(const GrayImage& image, pdf::Drawn drawn) {
    ink::Places little = places(image, {});
    if (drawn != pdf::Drawn::unknown_glyphs) return little;
    little.known.clear();
    for (const Rect& box : own_.text().boxes) little.known.push_back(pixels_of(box, image.dpi));
    return little;
  }

  OcrPlan decided(OcrReason reason, OcrPlan plan) {
    reading_.sink.ocr_decision(page_index_, reason);
    return plan;
  }

  const Reading& reading_;
  pdf::Page& page_;
  std::uint32_t page_index_;
  OwnText& own_;
  const Trust& trust_;
  PageSize size_;
  bool looked_ = false;
};

}  // namespace

OcrPlan plan_ocr(const Reading& reading, pdf::Page& page, std::uint32_t page_index, OwnText& own, const Trust& trust) {
  return Planner(reading, page, page_index, own, trust).plan();
}

ink::Box pixels_of(const Rect& box, double dpi) {
  // Page coordinates are at most 1e9 points; a page that large is drawn at no dpi.
  const auto pixels = [&](double points) {
    return static_cast<std::int32_t>(std::lround(points * dpi / points_per_inch));
  };
  return {.left = pixels(box.left), .top = pixels(box.top), .right = pixels(box.right), .bottom = pixels(box.bottom)};
}

}  // namespace docmill::extract
