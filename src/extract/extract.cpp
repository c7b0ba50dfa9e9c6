#include "extract/extract.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "document/format.h"
#include "extract/embedded_files.h"
#include "extract/finished_words.h"
#include "extract/give_structure.h"
#include "extract/image/encode.h"
#include "extract/image/image.h"
#include "extract/ink.h"
#include "extract/limited_sink.h"
#include "extract/merge.h"
#include "extract/mock/mock.h"
#include "extract/ocr/components.h"
#include "extract/ocr/reduce.h"
#include "extract/ocr/text_lines.h"
#include "extract/page_codes.h"
#include "extract/page_crops.h"
#include "extract/page_image.h"
#include "extract/pdf/pdf.h"
#include "extract/pdf_page.h"
#include "extract/reading.h"
#include "extract/recogniser.h"
#include "extract/text/language.h"

namespace docmill::extract {
namespace {

// ---- images ----

/// Any format that image/ decodes.
struct ImageFile {
  std::span<const std::byte> bytes;
  Format format;
  std::vector<image::Header> headers;
};

/// A sheet of A4 at about ink::look_dpi; images say too often what is not true of their own.
constexpr std::uint32_t look_side_px = 1400;

/// A label among a thousand specks is no long row, and still a line.
bool has_lines(const GrayImage& small) {
  return !ocr::find_text_lines(ocr::find_ink(small, ocr::find_threshold(small)).components).letters.empty();
}

bool shows_ink(const Reading& reading, std::uint32_t index, const GrayImage& image) {
  reading.sink.stage(index, "look");
  const auto [shorter, longer] = std::minmax(image.width_px, image.height_px);
  const std::uint32_t factor = std::clamp((longer + look_side_px - 1) / look_side_px, 1U, std::max(shorter, 1U));
  const GrayImage small = ocr::reduced(image, factor);
  const bool shows = ink::looks_like_text(small, {}) || has_lines(small);
  reading.sink.ocr_decision(index, shows ? OcrReason::image : OcrReason::blank_image);
  return shows;
}

/// The gray pixels of a page, decoded when first asked for.
class GrayPixels {
 public:
  GrayPixels(const Reading& reading, const ImageFile& file, const image::Header& header)
      : reading_(reading), file_(file), header_(header) {}

  /// REQUIRES: the process has a recogniser.
  const Result<image::Decoded>& get() {
    if (!decoded_) {
      const Limits& limits = reading_.options.recipe.limits;
      decoded_ = reading_.recogniser->decode(file_.bytes, file_.format, header_, limits);
    }
    return *decoded_;
  }

 private:
  const Reading& reading_;
  const ImageFile& file_;
  const image::Header& header_;
  std::optional<Result<image::Decoded>> decoded_;
};

PageResult read_text(const Reading& reading, const ImageFile& file, std::uint32_t index, GrayPixels& pixels) {
  const Recipe& recipe = reading.options.recipe;
  const image::Header& header = file.headers[index];
  const double dpi = header.dpi > 0 ? header.dpi : points_per_inch;
  const image::DisplaySize size = image::display_size(header);
  PageRow row;
  row.page_index = index;
  row.width_pt = size.width_px * points_per_inch / dpi;
  row.height_pt = size.height_px * points_per_inch / dpi;
  if (header.has_more_frames) warn(row, warning::unread_frames);
  if (const auto small_enough = image::check_pixels(header, recipe.limits); !small_enough)
    return failed(std::move(row), small_enough.error());
  if (!ocr_is_allowed(reading.options)) return row;
  if (recipe.ocr == OcrMode::always) reading.sink.ocr_decision(index, OcrReason::always);
  if (reading.recogniser == nullptr) return std::nullopt;
  reading.sink.stage(index, "load");
  const Result<image::Decoded>& decoded = pixels.get();
  if (!decoded) return failed(std::move(row), decoded.error());
  if (decoded->partly_decoded) warn(row, warning::partly_decoded);
  if (decoded->scale < 1) warn(row, warning::dpi_reduced);
  if (recipe.ocr != OcrMode::always && !shows_ink(reading, index, decoded->image)) return row;
  reading.sink.stage(index, "ocr");
  Result<ocr::Recognition> recognition = reading.recogniser->recognise(decoded->image);
  if (!recognition) return failed(std::move(row), recognition.error());
  if (recognition->words.empty()) warn(row, warning::ocr_in_vain);
  if (recognition->is_unread) warn(row, warning::unread_text);
  if (!recognition->unread_script.empty()) warn(row, recognition->unread_script);
  if (recognition->words.empty()) return row;
  row.words = place_words(std::move(recognition->words), {.dpi = dpi * decoded->scale});
  row.text = text_of(blocks_of(row.words));
  row.text_source = TextSource::ocr;
  row.ocr_confidence = mean_confidence(row.words);
  if (is_low(row.ocr_confidence)) warn(row, warning::low_confidence);
  row.rotation_deg = recognition->rotation_deg;
  return row;
}

Result<image::DecodedColour> decode_colours(const Reading& reading, const ImageFile& file, const image::Header& header,
                                            std::uint32_t side_px_max) {
  if (const auto small_enough = image::check_pixels(header, reading.options.recipe.limits); !small_enough)
    return std::unexpected(small_enough.error());
  return reading.recogniser->decode_colour(file.bytes, file.format, header, reading.options.recipe.limits, side_px_max);
}

Result<DrawnPage> page_in_colour(const Reading& reading, const ImageFile& file, const image::Header& header) {
  Result<image::DecodedColour> decoded = decode_colours(reading, file, header, image::encoded_side_px_max);
  if (!decoded) return std::unexpected(std::move(decoded).error());
  decoded->image.dpi = (header.dpi > 0 ? header.dpi : points_per_inch) * decoded->scale;
  return DrawnPage{
      .image = std::move(decoded->image), .reduced = decoded->scale < 1, .partly_decoded = decoded->partly_decoded};
}

bool wants_decoded_file(const Reading& reading, const ImageFile& file) {
  return wants(reading, OutputId::images) && !reading.options.safe_profile && !image_is_given_as_it_is(file.format);
}

PageResult read_page(const Reading& reading, const ImageFile& file, std::uint32_t index) {
  const image::Header& header = file.headers[index];
  const bool can_decode = image::check_pixels(header, reading.options.recipe.limits).has_value();
  const bool needs_pixels = wants_page_image(reading) || wants_codes(reading) || wants_crops(reading, index) ||
                            wants_decoded_file(reading, file);
  if (needs_pixels && can_decode && reading.recogniser == nullptr) return std::nullopt;
  GrayPixels pixels(reading, file, header);
  PageResult row = read_text(reading, file, index, pixels);
  if (row && wants_codes(reading) && can_decode)
    add_codes(reading, *row, pixels.get());
  else if (row)
    miss_codes(reading, *row);
  if (!row) return row;
  finish_words(reading, *row);
  add_image(reading, *row, header, file.format, file.bytes,
            [&] { return decode_colours(reading, file, header, UINT32_MAX); });
  ColourPage colour({.whole = [&](double) { return page_in_colour(reading, file, header); }, .is_picture = true});
  give_crops(reading, *row, colour);
  // Behind all that is drawn on it.
  give_page_image(reading, *row, colour);
  return row;
}

Result<structure::Structure> read_structure(const Reading& /*reading*/, const ImageFile& file) {
  return structure::of_image(file.format, file.headers);
}

// ---- both ----

/// Of each page no more than the recipe asks of it.
class PagesAsked {
 public:
  PagesAsked(const Reading& reading, std::uint32_t page_count)
      : without_text_(reading.options),
        reading_(reading),
        rest_{.options = without_text_, .sink = reading.sink, .recogniser = reading.recogniser} {
    without_text_.recipe.outputs.remove({OutputId::text, OutputId::words, OutputId::links});
    reading_.page_count = rest_.page_count = page_count;
    if (!needs_all_pages(recipe())) needed_ = pages_needed(recipe(), page_count);
  }
  PagesAsked(const PagesAsked&) = delete;
  PagesAsked& operator=(const PagesAsked&) = delete;

  template <typename Document>
  PageResult read(Document& document, std::uint32_t index) const {
    PageRow nothing;
    nothing.page_index = index;
    if (needed_ && !std::ranges::binary_search(*needed_, index)) return nothing;
    const bool has_text = has_text_of(recipe(), index, reading_.page_count);
    const Reading& reading = has_text ? reading_ : rest_;
    PageResult row = read_page(reading, document, index);
    if (row && !has_text) leave_out_text(*row);
    if (row) row->language = text::language_of(row->text);
    if (row) give_structure(reading, *row, [&] { return read_structure(reading, document); });
    return row;
  }

 private:
  const Recipe& recipe() const { return reading_.options.recipe; }

  static void leave_out_text(PageRow& row) {
    row.text.clear();
    row.text_source = TextSource::none;
    row.text_trust.reset();
  }

  Options without_text_;
  Reading reading_, rest_;  // for pages with text, and those without
  std::optional<std::vector<std::uint32_t>> needed_;
};

template <typename Document>
Result<void> read_pages(const Reading& reading, Document& document, std::uint32_t page_count) {
  const PageRange& range = reading.options.pages;
  bool wanted = reading.sink.document_opened(page_count);
  const PagesAsked pages(reading, page_count);
  for (std::uint32_t index = range.first; wanted && index < range.end(page_count) && reading.sink.begin_page(index);
       ++index) {
    PageResult row = pages.read(document, index);
    wanted = row ? reading.sink.page(*std::move(row)) : reading.sink.page_needs_ocr(index);
  }
  return {};
}

Result<void> extract_pdf(std::span<const std::byte> bytes, const Reading& reading) {
  Result<pdf::Document> document = pdf::Document::open(bytes, reading.options.passwords);
  if (!document) return std::unexpected(std::move(document).error());
  PdfFile file{.bytes = bytes, .document = *document};
  return read_pages(reading, file, document->page_count());
}

Result<void> extract_image(std::span<const std::byte> bytes, Format format, const Reading& reading) {
  Result<std::vector<image::Header>> headers = image::read_headers(bytes, format);
  if (!headers) return std::unexpected(std::move(headers).error());
  if (headers->size() == 1)
    if (auto small_enough = image::check_pixels(headers->front(), reading.options.recipe.limits); !small_enough)
      return small_enough;
  const ImageFile file{.bytes = bytes, .format = format, .headers = *std::move(headers)};
  return read_pages(reading, file, static_cast<std::uint32_t>(file.headers.size()));
}

Result<void> extract_as(Format format, std::span<const std::byte> document, const Reading& reading) {
  switch (format) {
    case Format::pdf:
      return extract_pdf(document, reading);
    case Format::jpeg:
    case Format::png:
    case Format::tiff:
    case Format::webp:
    case Format::bmp:
    case Format::gif:
    case Format::jpeg2000:
      return extract_image(document, format, reading);
    case Format::mock:
#ifdef DOCMILL_TESTING
      return extract_mock(document, reading.options, reading.sink);
#endif
    case Format::unknown:
      break;
  }
  return fail(ErrorKind::unsupported, "", "neither a PDF nor an image of a format that docmill reads");
}

// ---- warm-up ----

/// A page with a line of text in a font that the document does not carry. PDFium finds its objects without a table.
constexpr std::string_view warm_up_pdf = R"(%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 144 72]/Contents 5 0 R/Resources<</Font<</F 4 0 R>>>>>> endobj
4 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
5 0 obj <</Length 44>> stream
BT /F 24 Tf 10 20 Td (Warm caf\351) Tj ET      
endstream endobj
trailer <</Root 1 0 R>>
%%EOF
)";

/// A page that names the fonts which documents most often do not carry.
constexpr std::string_view fonts_pdf = R"(%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]/Contents 4 0 R/Resources<</Font<<
/A<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>/B<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>
/C<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Oblique>>/D<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>
/E<</Type/Font/Subtype/Type1/BaseFont/Times-Bold>>/F<</Type/Font/Subtype/Type1/BaseFont/Times-Italic>>
/G<</Type/Font/Subtype/Type1/BaseFont/Courier>>/H<</Type/Font/Subtype/Type1/BaseFont/Courier-Bold>>>>>>>> endobj
4 0 obj <</Length 80>> stream
BT /A 1 Tf /B 1 Tf /C 1 Tf /D 1 Tf /E 1 Tf /F 1 Tf /G 1 Tf /H 1 Tf ET          
endstream endobj
trailer <</Root 1 0 R>>
%%EOF
)";

struct OpenPage {
  pdf::Document document;
  pdf::Page page;
};

Result<OpenPage> open_first_page(std::string_view pdf) {
  Result<pdf::Document> document = pdf::Document::open(std::as_bytes(std::span(pdf)), {});
  if (!document) return std::unexpected(std::move(document).error());
  Result<pdf::Page> page = document->load_page({0});
  if (!page) return std::unexpected(std::move(page).error());
  return OpenPage{.document = *std::move(document), .page = *std::move(page)};
}

/// PDFium forgets a font with the last document that uses it, and reads it from its file for the next one. These stay.
Result<void> keep_fonts_loaded() {
  static std::optional<OpenPage> kept;
  Result<OpenPage> opened = open_first_page(fonts_pdf);
  if (!opened) return std::unexpected(std::move(opened).error());
  kept.emplace(*std::move(opened));
  return {};
}

}  // namespace

bool Sink::begin_page(std::uint32_t /*page_index*/) { return true; }

#ifdef DOCMILL_TESTING
void Sink::misbehave(std::string_view /*action*/, std::string_view /*argument*/) {}
#endif

Result<void> extract(std::span<const std::byte> document, const Options& options, Sink& sink) {
  if (document.empty()) return fail(ErrorKind::empty, "", "the document has no bytes");
  LimitedSink limited(sink, options.recipe.limits.page_output_size_bytes_max);
  Recogniser* recogniser = options.recogniser_available ? warm_recogniser().get() : nullptr;
  // Whether so much junk may stand before a header was decided by whoever knew the document's name.
  const Format format = sniff(document, named_pdf_junk_size_bytes_max);
  return extract_as(format, document, {.options = options, .sink = limited, .recogniser = recogniser});
}

std::unique_ptr<Recogniser>& warm_recogniser() {
  static std::unique_ptr<Recogniser> recogniser;
  return recogniser;
}

bool has_recogniser() { return warm_recogniser() != nullptr; }

Result<GrayImage> draw_warm_up_page() {
  Result<OpenPage> opened = open_first_page(warm_up_pdf);
  if (!opened) return std::unexpected(std::move(opened).error());
  if (auto text = opened->page.text(); !text) return std::unexpected(std::move(text).error());
  return opened->page.render({200}, Limits{});
}

Result<void> warm_up(const WarmUp& settings) {
  if (Result<void> initialised = pdf::initialise(settings.font_dir); !initialised) return initialised;
  if (auto page = draw_warm_up_page(); !page) return std::unexpected(std::move(page).error().within("warm-up"));
  if (auto kept = keep_fonts_loaded(); !kept) return std::unexpected(std::move(kept).error().within("warm-up"));
  return {};
}

}  // namespace docmill::extract
