#include "extract/pdf_page.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "document/hidden_text.h"
#include "extract/ink.h"
#include "extract/merge.h"
#include "extract/ocr_decision.h"

namespace docmill::extract {
namespace {

// A scan whose own text is a stamp or a page number has at least so much more to read.
constexpr std::uint32_t scan_text_ratio = 4;
// Boxes of glyphs are the font's; ink may reach a little farther.
constexpr double glyph_margin_pt = 1;

void append_paragraphs(std::string& text, const std::vector<std::string>& paragraphs) {
  for (const std::string& paragraph : paragraphs) {
    if (!text.empty()) text += "\n\n";
    text += paragraph;
  }
}

ink::Box pixels_of(const Rect& box, double dpi) {
  // Page coordinates are at most 1e9 points; a page that large is drawn at no dpi.
  const auto pixels = [&](double points) {
    return static_cast<std::int32_t>(std::lround(points * dpi / points_per_inch));
  };
  return {.left = pixels(box.left), .top = pixels(box.top), .right = pixels(box.right), .bottom = pixels(box.bottom)};
}

GrayImage cut_out(const GrayImage& image, const ink::Box& wanted) {
  const auto left = static_cast<std::uint32_t>(std::clamp<std::int64_t>(wanted.left, 0, image.width_px));
  const auto top = static_cast<std::uint32_t>(std::clamp<std::int64_t>(wanted.top, 0, image.height_px));
  const auto right = static_cast<std::uint32_t>(std::clamp<std::int64_t>(wanted.right, left, image.width_px));
  const auto bottom = static_cast<std::uint32_t>(std::clamp<std::int64_t>(wanted.bottom, top, image.height_px));
  GrayImage part{.width_px = right - left, .height_px = bottom - top, .dpi = image.dpi, .pixels = {}};
  part.pixels.reserve(std::size_t{part.width_px} * part.height_px);
  for (std::size_t y = top; y < bottom; ++y) {
    const auto row = image.pixels.begin() + static_cast<std::ptrdiff_t>(y * image.width_px);
    part.pixels.insert(part.pixels.end(), row + left, row + right);
  }
  return part;
}

/// What to recognise: regions of the page, none of them if the page has no need.
struct OcrPlan {
  std::vector<Rect> regions;
  bool beside_own_text = false;
};

/// What the recogniser read, and where.
struct Recognised {
  std::vector<PageWord> words;
  std::int32_t rotation_deg = 0;  // of the last region; a scan has one, the page
};

class PdfPage {
 public:
  PdfPage(const Reading& reading, pdf::Page& page, PageRow row)
      : reading_(reading), page_(page), row_(std::move(row)), size_{page.width_pt(), page.height_pt()} {}

  PageResult read() {
    reading_.sink.stage(row_.page_index, "text");
    Result<pdf::PageText> text = page_.text(!reading_.options.safe_profile);
    if (!text) return failed(std::move(row_), text.error());
    text_ = *std::move(text);
    content_ = page_.content();
    add_warnings();
    const OcrPlan plan = plan_ocr();
    if (!plan.regions.empty() && reading_.recogniser == nullptr) return std::nullopt;
    if (plan.regions.empty())
      keep_own_text();
    else
      recognise(plan);
    if (row_.text_source == TextSource::native && has_ocr_layer(content_)) warn(row_, warning::ocr_layer);
    add_annotations();
    return std::move(row_);
  }

 private:
  const Recipe& recipe() const { return reading_.options.recipe; }
  Rect whole_page() const { return {.left = 0, .top = 0, .right = size_.width_pt, .bottom = size_.height_pt}; }

  // ---- whether ----

  OcrPlan plan_ocr() {
    if (!ocr_is_allowed(reading_.options)) return {};
    if (recipe().ocr == OcrMode::always) return decided(OcrReason::always, {.regions = {whole_page()}});
    if (count_non_white(text_.page) < recipe().text_length_min) return plan_for_little_text();
    std::vector<Rect> regions = image_regions(content_.images, size_);
    if (regions.empty()) return {};
    if (has_ocr_layer(content_)) return decided(OcrReason::text_layer, {});
    if (!shows_ink(regions, known_boxes())) return decided(OcrReason::no_image_text, {});
    return decided(OcrReason::image_text, {.regions = std::move(regions), .beside_own_text = true});
  }

  OcrPlan plan_for_little_text() {
    const pdf::Drawn drawn = page_.drawn();
    if (drawn == pdf::Drawn::nothing) return decided(OcrReason::nothing_drawn, {});
    // Glyphs without characters stand where text was extracted, too.
    const std::vector<Rect> known = drawn == pdf::Drawn::unknown_glyphs ? text_.boxes : known_boxes();
    if (!shows_ink({}, known)) return decided(OcrReason::no_text_like_ink, {});
    return decided(OcrReason::ink, {.regions = {whole_page()}});
  }

  OcrPlan decided(OcrReason reason, OcrPlan plan) {
    reading_.sink.ocr_decision(row_.page_index, reason);
    return plan;
  }

  /// A page that cannot be drawn for the look cannot be drawn for OCR either: that is where its error is told.
  bool shows_ink(std::span<const Rect> wanted, std::span<const Rect> known) {
    reading_.sink.stage(row_.page_index, "look");
    const Result<GrayImage> image = page_.render({ink::look_dpi}, recipe().limits);
    if (!image) return true;
    ink::Places places;
    for (const Rect& box : wanted) places.wanted.push_back(pixels_of(box, image->dpi));
    for (const Rect& box : known) places.known.push_back(pixels_of(box, image->dpi));
    return ink::looks_like_text(*image, places);
  }

  /// Where text was extracted: the page's own, of annotations and of fields.
  std::vector<Rect> known_boxes() {
    std::vector<Rect> boxes = text_.boxes;
    for (const pdf::TextLine& line : lines())
      for (const Rect& run : line.boxes)
        boxes.push_back({.left = run.left - glyph_margin_pt,
                         .top = run.top - glyph_margin_pt,
                         .right = run.right + glyph_margin_pt,
                         .bottom = run.bottom + glyph_margin_pt});
    return boxes;
  }

  const std::vector<pdf::TextLine>& lines() {
    if (!lines_) lines_ = page_.lines();
    return *lines_;
  }

  // ---- what comes of it ----

  void recognise(const OcrPlan& plan) {
    const Result<Recognised> recognised = recognise_regions(plan.regions);
    keep_own_text();
    if (!recognised)
      row_ = failed(std::move(row_), recognised.error());
    else if (plan.beside_own_text)
      add_to_own_text(*recognised);
    else
      replace_own_text(*recognised);
  }

  Result<Recognised> recognise_regions(std::span<const Rect> regions) {
    reading_.sink.stage(row_.page_index, "render");
    const double dpi = recipe().ocr_dpi;
    const Result<GrayImage> image = page_.render({dpi}, recipe().limits);
    if (!image) return std::unexpected(image.error());
    if (image->dpi < dpi) warn(row_, warning::dpi_reduced);
    reading_.sink.stage(row_.page_index, "ocr");
    Recognised result;
    for (const Rect& region : regions) {
      const ink::Box box = pixels_of(region, image->dpi);
      Result<ocr::Recognition> part = reading_.recogniser->recognise(cut_out(*image, box));
      if (!part) return std::unexpected(std::move(part).error());
      result.rotation_deg = part->rotation_deg;
      append(result, place_words(std::move(part->words), {.left_pt = box.left * points_per_inch / image->dpi,
                                                          .top_pt = box.top * points_per_inch / image->dpi,
                                                          .dpi = image->dpi}));
    }
    result.words = words_outside(std::move(result.words), text_.boxes);
    return result;
  }

  /// Blocks of different regions stay apart.
  static void append(Recognised& result, std::vector<PageWord> words) {
    const std::uint32_t next_block = result.words.empty() ? 0 : result.words.back().block_index + 1;
    for (PageWord& word : words) {
      word.block_index += next_block;
      result.words.push_back(std::move(word));
    }
  }

  void keep_own_text() {
    row_.text = text_.page;
    row_.text_source = row_.text.empty() ? TextSource::none : TextSource::native;
  }

  /// OCR that reads less than the page's own text has misread it; but the text of an earlier OCR is no better.
  void replace_own_text(const Recognised& recognised) {
    std::string text = text_of(blocks_of(recognised.words));
    const bool misread = !has_ocr_layer(content_) && count_non_white(text) < count_non_white(text_.page);
    if (text.empty() || misread) return;
    set_text(std::move(text), recognised, TextSource::ocr);
  }

  void add_to_own_text(const Recognised& recognised) {
    const std::vector<PageWord> added = words_outside(recognised.words, known_boxes());
    if (added.empty()) return;
    const std::vector<Block> blocks = blocks_of(added);
    const std::uint32_t added_count = count_non_white(text_of(blocks));
    if (is_scan() && added_count >= scan_text_ratio * count_non_white(text_.page))
      return set_text(text_of(blocks_of(recognised.words)), recognised, TextSource::ocr);
    set_text(merge(lines(), blocks), {.words = added, .rotation_deg = 0}, TextSource::mixed);
  }

  bool is_scan() const {
    return std::ranges::any_of(image_regions(content_.images, size_),
                               [&](const Rect& region) { return area_share(region, size_) >= scan_share_min; });
  }

  void set_text(std::string text, const Recognised& recognised, TextSource source) {
    row_.text = std::move(text);
    row_.text_source = source;
    row_.words = recognised.words;
    row_.ocr_confidence = mean_confidence(row_.words);
    if (source == TextSource::ocr) row_.rotation_deg = recognised.rotation_deg;
  }

  void add_annotations() {
    append_paragraphs(row_.text, text_.annotations);
    append_paragraphs(row_.text, text_.forms);
    if (text_.annotations.empty() && text_.forms.empty()) return;
    row_.text_source = row_.text_source == TextSource::ocr || row_.text_source == TextSource::mixed
                           ? TextSource::mixed
                           : TextSource::native;
  }

  void add_warnings() {
    if (!text_.annotations.empty()) warn(row_, warning::annotation_text);
    if (!text_.forms.empty()) warn(row_, warning::form_text);
    if (text_.hidden_text) warn(row_, warning::hidden_text);
    if (text_.hidden_text_undecided) warn(row_, warning::hidden_text_undecided);
    if (text_.invalid_characters) warn(row_, warning::invalid_characters);
  }

  const Reading& reading_;
  pdf::Page& page_;
  PageRow row_;
  PageSize size_;
  pdf::PageText text_;
  pdf::Content content_;
  std::optional<std::vector<pdf::TextLine>> lines_;
};

}  // namespace

PageResult read_page(const Reading& reading, pdf::Document& document, std::uint32_t index) {
  PageRow row;
  row.page_index = index;
  if (document.copy_restricted()) warn(row, warning::copy_restricted);
  reading.sink.stage(index, "load");
  Result<pdf::Page> page = document.load_page({index});
  if (!page) return failed(std::move(row), page.error());
  row.width_pt = page->width_pt();
  row.height_pt = page->height_pt();
  return PdfPage(reading, *page, std::move(row)).read();
}

}  // namespace docmill::extract
