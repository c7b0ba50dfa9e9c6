// The one composition of the room that parses documents. Linked into docmill-extract and tests only, and run in the
// sandboxed child only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document/ocr_languages.h"
#include "document/ocr_reason.h"
#include "document/page.h"
#include "document/recipe.h"

namespace docmill::extract {

/// Pages [first, first + count); count is cut at the end of the document.
struct PageRange {
  std::uint32_t first = 0;
  std::uint32_t count = UINT32_MAX;

  /// One past the last page of the range in a document of `page_count` pages.
  std::uint32_t end(std::uint32_t page_count) const {
    if (first >= page_count) return first;
    return first + std::min(count, page_count - first);
  }
};

struct Options {
  Recipe recipe;
  PageRange pages;
  bool recogniser_available = false;   // of has_recogniser()
  bool safe_profile = false;           // native text only
  bool draw_boxes = false;             // on page images, see extract()
  bool without_structure = false;      // of the document: reading it has killed a child
  std::vector<std::string> passwords;  // tried in order, after the empty one
};

/// Receives what extract() finds, in page order. A false answer stops the extraction (nobody reads any more).
class Sink {
 public:
  virtual ~Sink() = default;
  /// Once, before the first page. Pages of the whole document, not of the range.
  virtual bool document_opened(std::uint32_t page_count) = 0;
  /// Before each page. False: this page and those behind it are not wanted any more.
  virtual bool begin_page(std::uint32_t page_index);
  /// Progress, for messages when the process dies: "load", "text", "look", "render", "ocr", "codes", "draw",
  /// "encode", "images"; and "structure", for what that costs.
  virtual void stage(std::uint32_t page_index, std::string_view name) = 0;
  /// Why the page is recognised or not: at most once, before the page, and only where there was something to decide.
  virtual void ocr_decision(std::uint32_t page_index, OcrReason reason) = 0;
  /// A file that is made of a page, whose row comes next. The bytes are lent for the call.
  virtual bool file(std::uint32_t page_index, const FileLabel& label, std::span<const std::byte> bytes) = 0;
  virtual bool page(PageRow row) = 0;
  /// The page needs a recogniser or a decoder of images, and this process has none: another will do all of it.
  virtual bool page_needs_ocr(std::uint32_t page_index) = 0;
#ifdef DOCMILL_TESTING
  /// A mock document asks for broken output: raw_output, lie_schema, flood, short or exit_early (mock/mock.h).
  virtual void misbehave(std::string_view action, std::string_view argument);
#endif
};

/// Extract a range of pages of one document (PDF or image; mock in test builds).
///
/// A page that cannot be read is a row with its error_kind, and the next page goes on. So is a page whose text is
/// larger than limits.page_output_size_bytes_max (limit_output, without text). A page of which only OCR failed keeps
/// its native text beside the error_kind.
///
/// Nothing is recognised where the recipe asks for neither `text` nor `words`.
///
/// Where the recipe asks for `words`, PageRow::words are those of the row's text, in its order: joined by spaces they
/// give it up to white space. Their boxes lie on the displayed page and hold the word's ink: of native words as
/// pdf::Page says, of recognised ones as the recogniser found them. More than limits.page_output_size_bytes_max of them
/// are left out, with the warning words_missing. Where it does not ask there are none, and the text is the same.
///
/// Where it asks for `page_images`, each page is given to Sink::file(), before its row, as it is displayed, with
/// annotations and fields: of a PDF at page_images.dpi, of an image its own pixels; smaller where longest_edge_px says
/// so, or (warning dpi_reduced) where limits.page_pixels_max or image::encoded_side_px_max demand it. A thumbnail is
/// made of these pixels. What cannot be made, or is larger than limits.page_output_size_bytes_max, costs nothing but
/// the warning page_image_missing; in the safe profile none is made. An image document is given on to the process with
/// decoders for it, whatever the mode of OCR.
///
/// Where it asks for `crops`, see page_crops.h. Pages of which it asks for no text (page_choice.h) have none and are
/// not recognised; pages of which it asks for nothing are empty rows and are not even loaded.
///
/// With Options::draw_boxes that file is a PNG instead: the same image with the boxes of all that was found, and a
/// legend (page_drawing.h).
///
/// Where it asks for `codes`, PageRow::codes are the barcodes that are found at the pixels of each image on the page
/// and on the page drawn at codes_dpi, each once, with its corners on the displayed page; of an image document those at
/// its own pixels. Every page is given on to the process with decoders for it. What could not be looked at (a page that
/// cannot be drawn, images beyond the limits of pdf::Page::visit_images(), more codes than codes_per_picture_max, a
/// table larger than limits.page_output_size_bytes_max, the safe profile) is the warning codes_missing.
///
/// Where it asks for `images`, PageRow::images are those of the page's content (pdf/embedded_images.h), and
/// Sink::file() gets the file of each, but of equal ones one for the whole range. What there is no file of has its
/// error_message, and the page the warning images_missing: it cannot be decoded, it or all of the page are beyond the
/// limits, the safe profile. An image document has its own file: JPEG and PNG as they are, others as PNG.
///
/// Where it asks for `structure`, Sink::file() gets it with the first page, as JSON; structure/structure.h has its
/// limits. What it cannot have is the warning structure_missing, what is beyond a limit structure_cut, on that page.
///
/// An image page measures its pixels at its own resolution, or at 72 dpi where it names none; without OCR it has no
/// text.
///
/// Needs warm_up() before. Runs out of memory as the process does: nothing is caught here, the parent sees the death.
///
/// Errors (of the document as a whole; no page was given to the sink):
///   unsupported  The bytes are none of the formats of document/format.h.
///   empty        No bytes, or a document without pages.
///   encrypted    No password opens it.
///   corrupt      The document cannot be opened.
///   limit_pixels An image of one page whose header declares more pixels than the limit; found before it is decoded.
///                Of several pages only the page fails.
Result<void> extract(std::span<const std::byte> document, const Options& options, Sink& sink);

struct WarmUp {
  std::string font_dir;        // every .ttf, .otf and .ttc in it is mapped; no other font is ever read
  TessdataDirs tessdata_dirs;  // for warm_up_ocr()
  std::string languages;       // for warm_up_ocr(), as in document/ocr_languages.h: "eng+deu,rus"; empty: images are
                               // decoded, and nothing is recognised
};

/// Load everything that text extraction and rendering need, before the process locks itself down. Once per process.
///
/// Errors: not_found (a folder that is missing or empty, named).
Result<void> warm_up(const WarmUp& settings);
/// The same for OCR, after warm_up(). A program that does not call it is linked without Tesseract and Leptonica.
///
/// Errors: not_found (a language without its .traineddata, named with the Debian package that has it).
Result<void> warm_up_ocr(const WarmUp& settings);
/// Whether that was done here: for Options::recogniser_available.
bool has_recogniser();

}  // namespace docmill::extract
