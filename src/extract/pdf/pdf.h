// PDFium behind value types. One thread of one process uses this room at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "document/limits.h"
#include "document/page.h"
#include "extract/image/pixel_image.h"
#include "extract/text/letters.h"

namespace docmill::pdf {

struct PageIndex {
  std::uint32_t value = 0;
};

struct Dpi {
  double value = 0;
};

/// Initialise PDFium with the fonts of `font_dir` mapped into memory and no other: the same pixels and widths on every
/// machine, and no file is opened afterwards. Once per process, before the first Document.
///
/// `font_dir` may list several folders, separated by ':'; folders below them count too.
///
/// Errors: not_found (a folder of `font_dir` is missing, or none holds a font).
Result<void> initialise(const std::string& font_dir);

/// What the glyphs of one font on a page come to, white space not counted.
struct FontText {
  std::uint32_t readable = 0;
  // Glyphs that nobody can read: numbers for which the font has no character, such that look like letters, private use,
  // U+FFFD, and control characters that a map gives.
  std::uint32_t unmapped = 0, numbers = 0, private_use = 0, replacements = 0, controls = 0;
  text::Spelling spelling = {};  // of the readable ones
  bool wrong_bytes = false;      // they look like bytes of another encoding
  bool odd_words = false;        // many have signs among their letters

  std::uint32_t unreadable() const { return unmapped + numbers + private_use + replacements + controls; }
};

/// Text of one page, as extracted: UTF-16 decoded, cleaned by extract/text/clean.h.
struct PageText {
  std::string page;                      // the page's own text in the order PDFium gives it, lines separated by '\n'
  std::vector<std::string> annotations;  // text of annotation appearances, each once, not what `page` or `forms` has
  std::vector<std::string> forms;        // text of form fields, each once
  std::vector<Rect> boxes;               // of the annotations and fields whose text is in `annotations` or `forms`
  bool hidden_text = false;              // text was left out that nobody sees
  bool hidden_text_undecided = false;    // text is there of which nobody found out whether it is seen
  bool invalid_characters = false;       // NULs, lone surrogates or non-characters were dropped
  std::uint32_t readable = 0;            // characters of `page` that say what is drawn, white space not counted
  std::uint32_t unreadable = 0;          // glyphs without a character, such as U+FFFD, private use, control characters
  std::vector<FontText> fonts = {};      // of `page`
  bool repaired = false;                 // numbers of glyphs, or bytes, were taken for what they stand for
  // Where they were asked for: every word of `page`, `annotations` and `forms`, in their order.
  std::vector<PageWord> words = {}, annotation_words = {}, form_words = {};
};

struct TextOptions {
  bool may_draw = true;  // to find out which text nobody sees
  bool words = false;    // and their boxes; here and in lines()
};

/// A line of the page's own text. One that ends in a broken word holds the next one too.
struct TextLine {
  std::string text;
  std::vector<Rect> boxes = {};                // of its readable glyphs, as runs without a large gap
  std::vector<Rect> contradicted = {};         // likewise, of those in distrusted fonts, which `text` does not have
  std::uint32_t readable = 0, unreadable = 0;  // as in PageText
  std::uint32_t invisible = 0;                 // of the readable ones, those in text rendering mode 3
  std::optional<std::uint16_t> font = {};      // of PageText::fonts, where it has all readable glyphs
  std::vector<PageWord> words = {};            // of `text`, where they were asked for; pieces have none

  bool is_readable() const { return readable > 0 && readable >= unreadable; }
  bool is_invisible() const { return 2 * invisible > readable; }
};

/// What the page shows, from one pass over the objects of its content and of its annotations.
struct Content {
  std::vector<Rect> images = {};  // the part of each that lies on the page
  std::uint32_t text_objects = 0;
  std::uint32_t invisible_text_objects = 0;  // in text rendering mode 3: there to be found, not to be seen
  std::uint32_t covered_text_objects = 0;    // before an image that fills the page
  std::vector<Rect> fills = {};   // painted by what may be a picture: a tiling pattern, a soft mask, an annotation
  std::vector<Rect> shapes = {};  // paths, and pieces of paths, of the size of letters
};

/// An image on a page, at its own pixels. Its masks are not applied.
struct PlacedImage {
  GrayImage image;
  /// The point (x, y) of the image, in pixels from its top left, lies at (a x + c y + e, b x + d y + f) of the
  /// displayed page, in points.
  double a = 1, b = 0, c = 0, d = 1, e = 0, f = 0;
};

/// A part of a page, drawn.
struct PartImage {
  GrayImage image;
  std::int32_t left_px = 0, top_px = 0;  // where it lies on the page drawn at its dpi
};

struct ColourPart {
  ColourImage image;
  std::int32_t left_px = 0, top_px = 0;  // likewise
};

/// What is drawn on a page that could be text for an eye.
enum class Drawn : std::uint8_t {
  nothing,         // nothing but text that extraction gives
  pictures,        // an image, a path but a white fill, a shading; in forms and annotations' appearances too
  unknown_glyphs,  // glyphs for which extraction has no character
};

struct PageLinks;
struct EmbeddedImage;
/// No code, letter or drawing has fewer pixels on a side.
inline constexpr std::uint32_t image_side_px_min = 8;
/// A page with more images than this is made of dots or stripes, which say something together only.
inline constexpr std::size_t images_visited_max = 1024;

class Page;

/// An open document. Owns the parser's state; `bytes` must outlive it.
class Document {
 public:
  /// Passwords are tried in order after the empty one.
  ///
  /// Errors: encrypted (no password opens it), corrupt (PDFium cannot open it), empty (no pages).
  static Result<Document> open(std::span<const std::byte> bytes, std::span<const std::string> passwords);

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  std::uint32_t page_count() const;
  /// Encrypted with an owner password that forbids copying text (ISO 32000-2, table 22, bit 5).
  bool copy_restricted() const;
  /// The one that opened it; empty where it needed none.
  const std::string& password() const;
  /// The page tree names pages that are not in the document; page_count() is without them.
  bool lacks_pages() const;

  /// Errors: corrupt (the page cannot be loaded), invalid_input (`page` is past the last page).
  Result<Page> load_page(PageIndex page);

 private:
  struct State;
  explicit Document(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// An open page. Must not outlive its Document.
class Page {
 public:
  Page(Page&&) noexcept;
  Page& operator=(Page&&) noexcept;
  ~Page();

  /// Size of the page as displayed, after its own /Rotate, in points; finite and positive (US Letter where the page's
  /// box is none). Without /UserUnit, which PDFium leaves out, in render() too.
  double width_pt() const;
  double height_pt() const;

  /// Without the text that nobody sees (unseen.h). A word's box holds its glyphs, as wide as their advance, as high as
  /// their type, and what their outlines reach beyond that; of a word that was broken at a line's end both parts. Of
  /// words of a field, or of an annotation without appearance, it is the field's or annotation's rectangle.
  Result<PageText> text(const TextOptions& options = {});

  /// What PageWord::style counts: of all words that were read so far.
  const std::vector<WordStyle>& styles() const;

  /// By PageText::fonts: a name that stands for the font on every page of the document. Empty before text().
  std::vector<std::string> font_identities() const;

  /// From now on glyphs of these fonts (of PageText::fonts) are unreadable: they were found to say something else than
  /// what is drawn. Corrects the counts of `text`.
  void distrust(std::span<const std::uint16_t> fonts, PageText& text);

  /// See links.h.
  PageLinks links(std::size_t count_max);

  /// PageText::page line by line, with boxes. Empty where the text cannot be read.
  std::vector<TextLine> lines();
  /// The same in pieces: the next one begins where the font changes.
  std::vector<TextLine> pieces();
  Content content();
  Drawn drawn();

  /// Whether an image is all there is to see: it fills the page, as a scan does, and nothing else is drawn.
  bool shows_one_image();
  /// Calls `visit` with the images of the page's content, those in forms too, in the order in which they are drawn.
  /// Small ones (image_side_px_min) are passed over. False if others were: `limits.page_pixels_max` holds for each,
  /// twice as many for all, and images_visited_max for their number; or one could not be decoded.
  bool visit_images(const Limits& limits, const std::function<void(const PlacedImage&)>& visit);

  /// See embedded_images.h.
  bool visit_embedded_images(const Limits& limits, const std::function<void(EmbeddedImage)>& visit);

  /// Render the page with its annotations and form fields to 8-bit gray on white.
  ///
  /// A page of w x h points becomes ceil(w * dpi / 72) x ceil(h * dpi / 72) pixels; `dpi` is lowered to fit
  /// `limits.page_pixels_max`, and the image says at which dpi it was drawn.
  ///
  /// Errors:
  ///   limit_pixels   It would have to go below dpi_min_for_pixel_limit; found before anything is allocated.
  ///   corrupt        Nothing could be drawn.
  Result<GrayImage> render(Dpi dpi, const Limits& limits);

  /// The same of a part of the page: the pixels that touch `part`, on the grid of the whole page at that dpi. The
  /// limits are the part's, so a small part of a giant page is drawn sharp.
  Result<PartImage> render(const Rect& part, Dpi dpi, const Limits& limits);

  /// The same in colour; `dpi` is lowered for a side of more than `side_px_max` too.
  Result<ColourImage> render_colour(Dpi dpi, const Limits& limits, std::uint32_t side_px_max);
  Result<ColourPart> render_colour(const Rect& part, Dpi dpi, const Limits& limits, std::uint32_t side_px_max);

 private:
  friend class Document;
  struct State;
  explicit Page(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Decode one JPEG 2000 image (JP2 file or bare codestream) to gray by wrapping it into a one-page PDF: Leptonica's
/// reader crashes on conformance files, PDFium's does not.
///
/// One of more than `limits.page_pixels_max` is made smaller.
///
/// Errors: limit_pixels (its header declares more than four times as many), corrupt.
Result<GrayImage> decode_jpeg2000(std::span<const std::byte> bytes, const Limits& limits);
/// The same in colour, with no side of more than `side_px_max`.
Result<ColourImage> decode_jpeg2000_colour(std::span<const std::byte> bytes, const Limits& limits,
                                           std::uint32_t side_px_max);

}  // namespace docmill::pdf
