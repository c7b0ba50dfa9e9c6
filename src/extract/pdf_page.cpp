#include "extract/pdf_page.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "extract/finished_words.h"
#include "extract/image/encode.h"
#include "extract/links.h"
#include "extract/merge.h"
#include "extract/ocr_decision.h"
#include "extract/ocr_plan.h"
#include "extract/own_text.h"
#include "extract/page_codes.h"
#include "extract/page_crops.h"
#include "extract/page_image.h"
#include "extract/pdf/links.h"
#include "extract/pdf/readable.h"
#include "extract/text_check.h"
#include "extract/trust.h"

namespace docmill::extract {
namespace {

// A scan whose own text is a stamp or a page number has at least so much more to read.
constexpr std::uint32_t scan_text_ratio = 4;

void append_paragraphs(std::string& text, const std::vector<std::string>& paragraphs) {
  for (const std::string& paragraph : paragraphs) {
    if (!text.empty()) text += "\n\n";
    text += paragraph;
  }
}

/// What the recogniser read, and where.
struct Recognised {
  std::vector<PageWord> words;
  std::int32_t rotation_deg = 0;                      // of the last region; a scan has one, the page
  bool is_unread = false;                             // some region
  std::vector<std::string_view> unread_scripts = {};  // warnings, each once
};

class PdfPage {
 public:
  PdfPage(const Reading& reading, pdf::Page& page, FontChecks& font_checks, PageRow row, OwnText own)
      : reading_(reading),
        page_(page),
        font_checks_(font_checks),
        row_(std::move(row)),
        size_{page.width_pt(), page.height_pt()},
        own_(std::move(own)),
        trust_(own_.text(),
               recipe().trust == TrustMode::check ? Trust::Grouping::every_font : Trust::Grouping::fonts_with_words) {}

  PageResult read() {
    add_warnings();
    if (check_is_due()) {
      if (reading_.recogniser == nullptr) return std::nullopt;
      check_text();
    }
    leave_out_untrusted();
    const OcrPlan plan = plan_ocr(reading_, page_, row_.page_index, own_, trust_);
    if (!plan.regions.empty() && reading_.recogniser == nullptr) return std::nullopt;
    keep_own_text();
    if (plan.undecided) warn(row_, warning::unread_text);
    if (!plan.regions.empty()) recognise(plan);
    if (row_.text_source == TextSource::native && has_ocr_layer(own_.content())) warn(row_, warning::ocr_layer);
    add_annotations();
    tell_trust();
    row_.styles = page_.styles();
    return std::move(row_);
  }

 private:
  const Recipe& recipe() const { return reading_.options.recipe; }

  bool check_is_due() const {
    if (!ocr_is_allowed(reading_.options) || recipe().ocr == OcrMode::always) return false;
    return trust_.has_signal() || (recipe().trust == TrustMode::check && own_.text().readable > 0);
  }

  void check_text() {
    reading_.sink.stage(row_.page_index, "check");
    if (recipe().trust == TrustMode::check) {
      const std::vector<Verdict> verdicts = font_checks_.verdicts(reading_, page_, row_.page_index);
      for (TextGroup& group : trust_.groups()) group.verdict = verdicts[group.fonts.front()];
    }
    for (TextGroup& group : trust_.groups()) {
      if (group.has_signal() && group.verdict != Verdict::contradicted)
        group.verdict = check_lines(reading_, page_, telling_lines(page_.pieces(), group.fonts));
    }
    for (const TextGroup& group : trust_.groups())
      if (group.verdict == Verdict::contradicted) own_.distrust(group.fonts);
  }

  /// What is not trusted is no text that a recognised one would stand beside.
  void leave_out_untrusted() {
    if (ocr_is_allowed(reading_.options) && trust_.is_below(recipe().trust_min))
      own_.distrust(trust_.fonts_below(recipe().trust_min));
  }

  void tell_trust() {
    for (const std::string_view reason : trust_.reasons()) warn(row_, reason);
    if (own_.text().repaired) warn(row_, warning::text_repaired);
    if (row_.text_source == TextSource::native) row_.text_trust = trust_.value();
    if (row_.text_source == TextSource::mixed) row_.text_trust = trust_.value_of_readable();
  }

  void recognise(const OcrPlan& plan) {
    const Result<Recognised> recognised = recognise_regions(plan.regions);
    if (!recognised) return not_recognised(recognised.error());
    const bool used = plan.beside_own_text ? add_to_own_text(*recognised) : replace_own_text(*recognised);
    if (!used) warn(row_, warning::ocr_in_vain);
    if (recognised->is_unread) warn(row_, warning::unread_text);
    for (const std::string_view script : recognised->unread_scripts) warn(row_, script);
  }

  /// A page whose text could be read is no error because a picture of it would be too large.
  void not_recognised(const Error& error) {
    if (error.kind == ErrorKind::limit_pixels && own_.text().readable > 0) return warn(row_, warning::unread_text);
    row_ = failed(std::move(row_), error);
  }

  Result<Recognised> recognise_regions(std::span<const Rect> regions) {
    Recognised result;
    bool reduced = false;
    for (const Rect& region : regions) {
      reading_.sink.stage(row_.page_index, "render");
      const Result<pdf::PartImage> part =
          page_.render(region, {static_cast<double>(recipe().ocr_dpi)}, recipe().limits);
      if (!part) return std::unexpected(part.error());
      const double dpi = part->image.dpi;
      reduced = reduced || dpi < recipe().ocr_dpi;
      reading_.sink.stage(row_.page_index, "ocr");
      Result<ocr::Recognition> recognition = reading_.recogniser->recognise(part->image);
      if (!recognition) return std::unexpected(std::move(recognition).error());
      result.rotation_deg = recognition->rotation_deg;
      result.is_unread = result.is_unread || recognition->is_unread;
      if (!recognition->unread_script.empty() &&
          std::ranges::find(result.unread_scripts, recognition->unread_script) == result.unread_scripts.end())
        result.unread_scripts.push_back(recognition->unread_script);
      append(result, place_words(std::move(recognition->words), {.left_pt = part->left_px * points_per_inch / dpi,
                                                                 .top_pt = part->top_px * points_per_inch / dpi,
                                                                 .dpi = dpi}));
    }
    if (reduced) warn(row_, warning::dpi_reduced);
    result.words = words_outside(std::move(result.words), own_.text().boxes);
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
    row_.text = own_.text().page;
    row_.words = own_.text().words;
    row_.text_source = row_.text.empty() ? TextSource::none : TextSource::native;
  }

  /// OCR that reads less than the page's own text has misread it; but glyphs without characters are no text, and that
  /// of an earlier OCR is no better. False where the own text stays.
  bool replace_own_text(const Recognised& recognised) {
    std::string text = text_of(blocks_of(recognised.words));
    const std::uint32_t count = count_non_white(text);
    const bool misread =
        (!may_have_ocr_layer(own_.content()) && count < own_.visible()) || 2 * count < own_.distrusted();
    if (text.empty() || misread) return false;
    set_text({.text = std::move(text), .words = recognised.words}, recognised, TextSource::ocr);
    return true;
  }

  /// False where there is nothing to add.
  bool add_to_own_text(const Recognised& recognised) {
    const std::vector<PageWord> added = clear_blocks(words_outside(recognised.words, own_.known_boxes()));
    if (added.empty()) return false;
    const std::uint32_t added_count = count_non_white(text_of(blocks_of(added)));
    // What is drawn was read again as a part of the scan; what is not is nowhere else.
    const bool all_is_in_scan = is_scan() && added_count >= scan_text_ratio * own_.visible();
    std::vector<pdf::TextLine> kept;
    std::vector<Rect> kept_boxes;
    for (const pdf::TextLine& line : own_.lines()) {
      if (!line.is_readable() || (all_is_in_scan && !line.is_invisible())) continue;
      kept.push_back(line);
      kept_boxes.insert(kept_boxes.end(), line.boxes.begin(), line.boxes.end());
    }
    const Recognised used{.words = all_is_in_scan ? words_outside(recognised.words, kept_boxes) : added,
                          .rotation_deg = kept.empty() ? recognised.rotation_deg : 0};
    set_text(merge(kept, blocks_of(used.words)), used, kept.empty() ? TextSource::ocr : TextSource::mixed);
    return true;
  }

  bool is_scan() const {
    return std::ranges::any_of(image_regions(own_.content().images, size_),
                               [&](const Rect& region) { return area_share(region, size_) >= scan_share_min; });
  }

  void set_text(Merged merged, const Recognised& recognised, TextSource source) {
    row_.text = std::move(merged.text);
    row_.text_source = source;
    row_.words = std::move(merged.words);
    row_.ocr_confidence = mean_confidence(recognised.words);
    if (is_low(row_.ocr_confidence)) warn(row_, warning::low_confidence);
    if (source == TextSource::ocr) row_.rotation_deg = recognised.rotation_deg;
  }

  void add_annotations() {
    append_paragraphs(row_.text, own_.text().annotations);
    append_paragraphs(row_.text, own_.text().forms);
    row_.words.insert(row_.words.end(), own_.text().annotation_words.begin(), own_.text().annotation_words.end());
    row_.words.insert(row_.words.end(), own_.text().form_words.begin(), own_.text().form_words.end());
    if (own_.text().annotations.empty() && own_.text().forms.empty()) return;
    row_.text_source = row_.text_source == TextSource::ocr || row_.text_source == TextSource::mixed
                           ? TextSource::mixed
                           : TextSource::native;
  }

  void add_warnings() {
    if (!own_.text().annotations.empty()) warn(row_, warning::annotation_text);
    if (!own_.text().forms.empty()) warn(row_, warning::form_text);
    if (own_.text().hidden_text) warn(row_, warning::hidden_text);
    if (own_.text().hidden_text_undecided) warn(row_, warning::hidden_text_undecided);
    if (own_.text().invalid_characters) warn(row_, warning::invalid_characters);
  }

  const Reading& reading_;
  pdf::Page& page_;
  FontChecks& font_checks_;
  PageRow row_;
  PageSize size_;
  OwnText own_;
  Trust trust_;
};

PageResult read_text(const Reading& reading, pdf::Page& page, FontChecks& font_checks, PageRow row) {
  reading.sink.stage(row.page_index, "text");
  Result<pdf::PageText> text = page.text({.may_draw = !reading.options.safe_profile, .words = wants_words(reading)});
  if (!text) return failed(std::move(row), text.error());
  OwnText own(page, *std::move(text), page.content());
  return PdfPage(reading, page, font_checks, std::move(row), std::move(own)).read();
}

void add_links(pdf::Page& page, PageRow& row) {
  pdf::PageLinks found = page.links(links_max);
  if (found.cut) warn(row, warning::links_missing);
  row.links = std::move(found.links);
}

Result<DrawnPage> draw_part(const Reading& reading, pdf::Page& page, const Rect& part, double dpi) {
  Result<pdf::ColourPart> drawn =
      page.render_colour(part, {dpi}, reading.options.recipe.limits, image::encoded_side_px_max);
  if (!drawn) return std::unexpected(std::move(drawn).error());
  const bool reduced = drawn->image.dpi < dpi;
  return DrawnPage{
      .image = std::move(drawn->image), .reduced = reduced, .left_px = drawn->left_px, .top_px = drawn->top_px};
}

ColourPage colour_page(const Reading& reading, pdf::Page& page) {
  const auto part = [&](const Rect& box, double dpi) { return draw_part(reading, page, box, dpi); };
  const auto whole = [&, part](double dpi) {
    return part({.left = 0, .top = 0, .right = page.width_pt(), .bottom = page.height_pt()}, dpi);
  };
  return ColourPage({.whole = whole, .part = part});
}

}  // namespace

Result<structure::Structure> read_structure(const Reading& reading, const PdfFile& file) {
  const pdf::Readable readable = pdf::with_header_first(file.bytes);
  return structure::read_pdf(readable.bytes(),
                             {.password = file.document.password(),
                              .page_count = file.document.page_count(),
                              .size_bytes_max = reading.options.recipe.limits.page_output_size_bytes_max});
}

PageResult read_page(const Reading& reading, PdfFile& file, std::uint32_t index) {
  pdf::Document& document = file.document;
  // Which has all of the page to do then.
  if (wants_codes(reading) && reading.recogniser == nullptr) return std::nullopt;
  PageRow row;
  row.page_index = index;
  if (document.copy_restricted()) warn(row, warning::copy_restricted);
  if (index == 0 && document.lacks_pages()) warn(row, warning::pages_missing);
  reading.sink.stage(index, "load");
  Result<pdf::Page> page = document.load_page({index});
  if (!page) {
    ColourPage none({.whole = [&](double) { return Result<DrawnPage>(std::unexpected(page.error())); }});
    give_page_image(reading, row, none);
    miss_codes(reading, row);
    miss_images(reading, row);
    return failed(std::move(row), page.error());
  }
  row.width_pt = page->width_pt();
  row.height_pt = page->height_pt();
  PageResult result = read_text(reading, *page, file.font_checks, std::move(row));
  if (result && wants(reading, OutputId::links)) add_links(*page, *result);
  if (result) finish_words(reading, *result);
  // Last: a page that waits for a recogniser is drawn by the process that has one.
  if (result) add_codes(reading, *result, *page);
  if (!result) return result;
  add_images(reading, *result, *page, file.given_files);
  ColourPage colour = colour_page(reading, *page);
  give_crops(reading, *result, colour);
  // Behind all that is drawn on it.
  give_page_image(reading, *result, colour);
  return result;
}

}  // namespace docmill::extract
