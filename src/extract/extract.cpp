#include "extract/extract.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

#include "document/format.h"
#include "extract/image/image.h"
#include "extract/mock/mock.h"
#include "extract/pdf/pdf.h"
#include "extract/recogniser.h"

namespace docmill::extract {
namespace {

constexpr double points_per_inch = 72;

/// What every page of a document is read with.
struct Reading {
  const Options& options;
  Sink& sink;
  Recogniser* recogniser;  // null when this process has none
};

/// A row, or nothing when the page waits for a recogniser in another process.
using PageResult = std::optional<PageRow>;

std::uint32_t count_non_white(std::string_view utf8) {
  std::uint32_t count = 0;
  const char* bytes = utf8.data();
  const auto length = static_cast<std::int64_t>(utf8.size());
  for (std::int64_t at = 0; at < length;) {
    UChar32 code_point = 0;
    U8_NEXT(bytes, at, length, code_point);  // NOLINT(bugprone-inc-dec-in-conditions): ICU's macro
    if (u_isUWhiteSpace(code_point) == 0) ++count;
  }
  return count;
}

PageRow failed(PageRow row, const Error& error) {
  row.error_kind = error.kind;
  row.error_message = error.message;
  return row;
}

void warn(PageRow& row, std::string_view code) { row.warnings.emplace_back(code); }

void append_paragraphs(std::string& text, const std::vector<std::string>& paragraphs) {
  for (const std::string& paragraph : paragraphs) {
    if (!text.empty()) text += "\n\n";
    text += paragraph;
  }
}

bool ocr_is_allowed(const Options& options) { return !options.safe_profile && options.recipe.ocr != OcrMode::never; }

/// Whether so little native text makes the page a candidate for OCR; what is drawn on it decides then.
bool text_is_too_short(const Recipe& recipe, std::string_view native) {
  return recipe.ocr == OcrMode::always || count_non_white(native) < recipe.text_length_min;
}

/// OCR that reads less than the page's own text has misread it.
PageRow recognise(const Reading& reading, PageRow row, const GrayImage& image) {
  reading.sink.stage(row.page_index, "ocr");
  Result<ocr::Recognition> recognition = reading.recogniser->recognise(image);
  if (!recognition) return failed(std::move(row), recognition.error());
  if (recognition->text.empty() || count_non_white(recognition->text) < count_non_white(row.text)) return row;
  row.text = std::move(recognition->text);
  row.text_source = TextSource::ocr;
  row.ocr_confidence = recognition->confidence;
  return row;
}

// ---- PDF ----

void add_native_text(PageRow& row, pdf::PageText text) {
  row.text = std::move(text.page);
  append_paragraphs(row.text, text.annotations);
  append_paragraphs(row.text, text.forms);
  if (!text.annotations.empty()) warn(row, warning::annotation_text);
  if (!text.forms.empty()) warn(row, warning::form_text);
  if (text.invalid_characters) warn(row, warning::invalid_characters);
  if (!row.text.empty()) row.text_source = TextSource::native;
}

bool ocr_is_due(const Options& options, const PageRow& row, pdf::Page& page) {
  if (!ocr_is_allowed(options) || !text_is_too_short(options.recipe, row.text)) return false;
  return options.recipe.ocr == OcrMode::always || page.draws_something();
}

PageRow render_and_recognise(const Reading& reading, PageRow row, pdf::Page& page) {
  reading.sink.stage(row.page_index, "render");
  const double dpi = reading.options.recipe.ocr_dpi;
  const Result<GrayImage> image = page.render({dpi}, reading.options.recipe.limits);
  if (!image) return failed(std::move(row), image.error());
  if (image->dpi < dpi) warn(row, warning::dpi_reduced);
  return recognise(reading, std::move(row), *image);
}

PageResult read_page(const Reading& reading, pdf::Document& document, std::uint32_t index) {
  PageRow row;
  row.page_index = index;
  if (document.copy_restricted()) warn(row, warning::copy_restricted);
  reading.sink.stage(index, "load");
  Result<pdf::Page> page = document.load_page({index});
  if (!page) return failed(std::move(row), page.error());
  row.width_pt = page->width_pt();
  row.height_pt = page->height_pt();
  reading.sink.stage(index, "text");
  Result<pdf::PageText> text = page->text();
  if (!text) return failed(std::move(row), text.error());
  add_native_text(row, *std::move(text));
  if (!ocr_is_due(reading.options, row, *page)) return row;
  if (reading.recogniser == nullptr) return std::nullopt;
  return render_and_recognise(reading, std::move(row), *page);
}

// ---- images ----

/// Any format that image/ decodes.
struct ImageFile {
  std::span<const std::byte> bytes;
  Format format;
  std::vector<image::Header> headers;
};

PageResult read_page(const Reading& reading, const ImageFile& file, std::uint32_t index) {
  const Recipe& recipe = reading.options.recipe;
  const image::Header& header = file.headers[index];
  const double dpi = header.dpi > 0 ? header.dpi : points_per_inch;
  PageRow row;
  row.page_index = index;
  row.width_pt = header.width_px * points_per_inch / dpi;
  row.height_pt = header.height_px * points_per_inch / dpi;
  if (const auto small_enough = image::check_pixels(header, recipe.limits); !small_enough)
    return failed(std::move(row), small_enough.error());
  if (!ocr_is_allowed(reading.options) || !text_is_too_short(recipe, "")) return row;
  if (reading.recogniser == nullptr) return std::nullopt;
  reading.sink.stage(index, "load");
  const Result<image::Decoded> decoded = reading.recogniser->decode(file.bytes, file.format, header, recipe.limits);
  if (!decoded) return failed(std::move(row), decoded.error());
  if (decoded->partly_decoded) warn(row, warning::partly_decoded);
  return recognise(reading, std::move(row), decoded->image);
}

// ---- both ----

template <typename Document>
Result<void> read_pages(const Reading& reading, Document& document, std::uint32_t page_count) {
  const PageRange& range = reading.options.pages;
  bool wanted = reading.sink.document_opened(page_count);
  for (std::uint32_t index = range.first; wanted && index < range.end(page_count) && reading.sink.begin_page(index);
       ++index) {
    PageResult row = read_page(reading, document, index);
    wanted = row ? reading.sink.page(*std::move(row)) : reading.sink.page_needs_ocr(index);
  }
  return {};
}

Result<void> extract_pdf(std::span<const std::byte> bytes, const Reading& reading) {
  Result<pdf::Document> document = pdf::Document::open(bytes, reading.options.passwords);
  if (!document) return std::unexpected(std::move(document).error());
  return read_pages(reading, *document, document->page_count());
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

/// Passes everything on, but no page with more text than the limit.
class LimitedSink final : public Sink {
 public:
  LimitedSink(Sink& sink, std::uint64_t text_size_bytes_max) : sink_(sink), text_size_bytes_max_(text_size_bytes_max) {}

  bool document_opened(std::uint32_t page_count) override { return sink_.document_opened(page_count); }
  bool begin_page(std::uint32_t page_index) override { return sink_.begin_page(page_index); }
  void stage(std::uint32_t page_index, std::string_view name) override { sink_.stage(page_index, name); }
  bool page_needs_ocr(std::uint32_t page_index) override { return sink_.page_needs_ocr(page_index); }

  bool page(PageRow row) override {
    if (row.text.size() > text_size_bytes_max_) {
      row.error_kind = ErrorKind::limit_output;
      row.error_message = fmt::format("{} bytes of text, {} are allowed", row.text.size(), text_size_bytes_max_);
      row.text.clear();
      row.text_source = TextSource::none;
      row.ocr_confidence.reset();
    }
    return sink_.page(std::move(row));
  }

#ifdef DOCMILL_TESTING
  void misbehave(std::string_view action, std::string_view argument) override { sink_.misbehave(action, argument); }
#endif

 private:
  Sink& sink_;
  std::uint64_t text_size_bytes_max_;
};

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

}  // namespace

bool Sink::begin_page(std::uint32_t /*page_index*/) { return true; }

#ifdef DOCMILL_TESTING
void Sink::misbehave(std::string_view /*action*/, std::string_view /*argument*/) {}
#endif

Result<void> extract(std::span<const std::byte> document, const Options& options, Sink& sink) {
  if (document.empty()) return fail(ErrorKind::empty, "", "the document has no bytes");
  LimitedSink limited(sink, options.recipe.limits.page_output_size_bytes_max);
  Recogniser* recogniser = options.recogniser_available ? warm_recogniser().get() : nullptr;
  return extract_as(sniff(document), document, {.options = options, .sink = limited, .recogniser = recogniser});
}

std::unique_ptr<Recogniser>& warm_recogniser() {
  static std::unique_ptr<Recogniser> recogniser;
  return recogniser;
}

Result<GrayImage> draw_warm_up_page() {
  Result<pdf::Document> document = pdf::Document::open(std::as_bytes(std::span(warm_up_pdf)), {});
  if (!document) return std::unexpected(std::move(document).error());
  Result<pdf::Page> page = document->load_page({0});
  if (!page) return std::unexpected(std::move(page).error());
  if (auto text = page->text(); !text) return std::unexpected(std::move(text).error());
  return page->render({200}, Limits{});
}

Result<void> warm_up(const WarmUp& settings) {
  if (Result<void> initialised = pdf::initialise(settings.font_dir); !initialised) return initialised;
  if (auto page = draw_warm_up_page(); !page) return std::unexpected(std::move(page).error().within("warm-up"));
  return {};
}

}  // namespace docmill::extract
