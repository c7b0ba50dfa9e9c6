// One page as the extraction child hands it over.
#pragma once

#include <arrow/type_fwd.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/blob.h"
#include "base/error.h"
#include "document/file_kind.h"
#include "document/outputs.h"
#include "document/scripts.h"
#include "document/tables.h"

namespace docmill {

/// A box on a page, in points (1/72 inch). Origin: top left of the page as displayed, after its rotation; y grows
/// downward. Always left <= right and top <= bottom. Pixels never travel in this type.
struct Rect {
  double left = 0, top = 0, right = 0, bottom = 0;
};

enum class TextSource : std::uint8_t { none, native, ocr, mixed };

std::string_view name_of(TextSource source);
std::optional<TextSource> text_source_from(std::string_view name);

/// Codes of the `warnings` column. docs/DATA_CATALOG.md explains each.
namespace warning {
inline constexpr std::string_view annotation_text = "annotation_text";  // text of annotation appearances was added
inline constexpr std::string_view form_text = "form_text";              // text of form fields was added
inline constexpr std::string_view copy_restricted = "copy_restricted";  // the owner password forbids copying
inline constexpr std::string_view dpi_reduced = "dpi_reduced";  // drawn or decoded smaller to fit the pixel limit
inline constexpr std::string_view hidden_text = "hidden_text";  // text that nobody sees was left out
inline constexpr std::string_view hidden_text_undecided = "hidden_text_undecided";  // text that may be hidden was kept
inline constexpr std::string_view invalid_characters = "invalid_characters";  // NULs or lone surrogates were dropped
inline constexpr std::string_view ocr_layer = "ocr_layer";      // most of the text is invisible: an earlier OCR left it
inline constexpr std::string_view ocr_in_vain = "ocr_in_vain";  // the page was recognised, and nothing came of it
inline constexpr std::string_view unread_text = "unread_text";  // ink that looks like text was not recognised
inline constexpr std::string_view low_confidence = "low_confidence";  // of recognised words, mean below 65 of 100
inline constexpr std::string_view unread_frames = "unread_frames";    // of an animation the first frame was read
inline constexpr std::string_view partly_decoded =
    "partly_decoded";  // the image or page is damaged; what could be read is there

// Why a page's own text is not trusted, or less.
inline constexpr std::string_view unmapped_glyphs = "unmapped_glyphs";  // glyphs of which no font says what they are
inline constexpr std::string_view glyph_numbers = "glyph_numbers";      // likewise, and their numbers look like letters
inline constexpr std::string_view private_use = "private_use";          // characters that mean nothing to others
inline constexpr std::string_view replacement_characters = "replacement_characters";  // U+FFFD: the font does not know
inline constexpr std::string_view control_characters = "control_characters";          // a font maps glyphs to them
inline constexpr std::string_view wrong_bytes = "wrong_bytes";  // bytes of an encoding taken for another's
inline constexpr std::string_view impossible_letters = "impossible_letters";  // no language has such words
inline constexpr std::string_view text_contradicted = "text_contradicted";    // what is drawn was read, and is another
inline constexpr std::string_view text_unchecked = "text_unchecked";  // there is a sign, and nobody read what is drawn
inline constexpr std::string_view text_repaired =
    "text_repaired";  // glyph numbers or bytes were taken for what they are
inline constexpr std::string_view pages_missing = "pages_missing";  // the document has kids that are not there
inline constexpr std::string_view words_missing = "words_missing";  // they were asked for and are too many
inline constexpr std::string_view page_image_missing = "page_image_missing";  // one was asked for and could not be made
inline constexpr std::string_view links_missing = "links_missing";            // they were asked for and are too many
inline constexpr std::string_view codes_missing = "codes_missing";    // they were asked for, and not all was looked at
inline constexpr std::string_view images_missing = "images_missing";  // likewise, and not all of them could be had
inline constexpr std::string_view crops_missing = "crops_missing";    // regions of the page could not be drawn
inline constexpr std::string_view structure_missing = "structure_missing";  // it was asked for and could not be read
inline constexpr std::string_view structure_cut = "structure_cut";          // there is more than its limits allow

/// Codes of pages that the summary of a run counts: what was left out or done in vain, then those of `scripts`.
inline constexpr std::array counted_first{
    ocr_in_vain,   unread_text,   hidden_text,    partly_decoded, unread_frames,     words_missing, page_image_missing,
    links_missing, codes_missing, images_missing, crops_missing,  structure_missing, structure_cut};
inline constexpr auto counted = [] {
  std::array<std::string_view, counted_first.size() + scripts.size()> codes;
  auto* const rest = std::ranges::copy(counted_first, codes.begin()).out;
  std::ranges::transform(scripts, rest, &Script::warning);
  return codes;
}();
}  // namespace warning

enum class WordSource : std::uint8_t { native, ocr, annotation, form };

std::string_view name_of(WordSource source);

/// How a word is written, as its document says.
struct WordStyle {
  std::string font_name;  // without the tag of a subset
  double font_size_pt = 0;
  bool is_bold = false, is_italic = false;
  std::uint32_t colour = 0;       // 0xRRGGBB of its fill
  std::int32_t rotation_deg = 0;  // clockwise turn of its line on the displayed page, (-180, 180]
  bool is_invisible = false;      // drawn with no ink, as an earlier OCR's text is

  bool operator==(const WordStyle&) const = default;
};

/// A word of a page's text, where it stands on the page.
struct PageWord {
  std::string text;
  Rect box;
  std::optional<double> confidence = {};          // 0 to 100, of a recognised word; null: the document says so
  std::uint32_t line_index = 0, block_index = 0;  // counted from 0 on the page, in reading order
  WordSource source = WordSource::native;
  std::optional<std::uint32_t> style = {};  // index into PageRow::styles; null: the document says nothing of it
};

enum class LinkKind : std::uint8_t { uri, goto_page, remote, launch, other, text };  // `goto` on the outside

std::string_view name_of(LinkKind kind);

/// A link of a page, or an address in its text.
struct PageLink {
  LinkKind kind = LinkKind::other;
  std::optional<std::string> target = {};
  std::optional<std::uint32_t> target_page = {};  // from 1
  Rect box = {};
  std::string text = {};  // that stands under it
};

/// What a barcode says of itself.
struct CodeContent {
  std::string format;  // "QR Code"
  std::string text;    // valid UTF-8; empty where its character set is not known
  std::string bytes;
  std::string symbology_identifier;                  // "]Q1"
  std::optional<std::string> eci = {};               // "26": character sets that it names, joined by commas
  std::optional<std::string> error_correction = {};  // "M"
};

/// A point of the displayed page, in points, as in Rect.
struct PagePoint {
  double x = 0, y = 0;
};

enum class CodeSource : std::uint8_t { image, page };  // the pixels of an image on the page, or the page as drawn

std::string_view name_of(CodeSource source);

/// A barcode of a page.
struct PageCode {
  CodeContent content;
  std::array<PagePoint, 4> corners = {};  // the code's own top left, top right, bottom right, bottom left
  CodeSource source = CodeSource::page;

  /// The box around the corners.
  Rect box() const;
  /// Clockwise turn of its middle line, (-180, 180].
  std::int32_t orientation_deg() const;
};

/// An image object of a page.
struct PageImage {
  Rect box = {};  // around it, on the displayed page
  std::uint32_t width_px = 0, height_px = 0;
  double x_dpi = 0, y_dpi = 0;                    // its pixels to an inch of the page, along its own rows and columns
  std::string file_name = {};                     // in the document's folder of images; empty where there is none
  std::optional<std::string> sha256 = {};         // of the file's bytes, in hex
  std::optional<std::string> error_message = {};  // why there is no file
};

/// A configured region of a page.
struct PageCrop {
  std::string name;
  std::int32_t page = 0;         // as configured: negative ones from the end
  std::optional<Rect> box = {};  // as drawn, on the displayed page; null where the page is not there
  std::uint32_t width_px = 0, height_px = 0;
  double dpi = 0;
  bool is_clipped = false;     // the region reaches beyond the page, and this is the part on it
  std::string file_name = {};  // in the document's folder of crops; empty where there is none
  std::optional<ErrorKind> error_kind = {};
  std::string error_message = {};
};

/// What a page gives, as the child makes it: one row of the `pages` table, and the rows of others.
struct PageRow {
  std::uint32_t page_index = 0;
  std::string text;  // valid UTF-8, NFC
  TextSource text_source = TextSource::none;
  std::optional<double> text_trust;           // of the page's own text, 0 to 1; nothing where `text` has none of it
  std::optional<double> ocr_confidence;       // mean word confidence, 0 to 100
  std::optional<std::string> language = {};   // of `text`, a BCP 47 tag; null where it is unsure
  std::optional<double> width_pt, height_pt;  // of the displayed page; null where it could not be opened
  std::int32_t rotation_deg = 0;              // clockwise turn applied to read the page, beyond /Rotate
  std::vector<std::string> warnings = {};
  std::optional<ErrorKind> error_kind = {};
  std::string error_message = {};
  std::vector<PageWord> words = {};  // of `text`, in its order
  std::vector<PageLink> links = {};
  std::vector<WordStyle> styles = {};  // of the words, each once
  std::vector<PageCode> codes = {};    // from top to bottom
  std::vector<PageImage> images = {};  // in the order in which they are drawn
  std::vector<PageCrop> crops = {};    // in the order of the recipe
};

/// What a child says of a file.
struct FileLabel {
  OutputId output{};
  FileKind kind{};
  std::uint32_t item =
      0;  // which of the files that the output has of the page: as the output has it, 0 where it has one
};

/// A file that is made of a page, or of the whole document.
struct PageFile {
  OutputId output{};
  std::optional<std::uint32_t> page_index = {};
  FileKind kind{};
  std::string name = {};  // without its ending; empty where the page alone names it
  Blob bytes;
};

/// The page's rows of a table: a batch of its child_schema.
std::shared_ptr<arrow::RecordBatch> rows_of(const PageRow& page, TableId table);

/// Rows of `crops`, whose page may be none of the document.
std::shared_ptr<arrow::RecordBatch> crop_rows(std::optional<std::uint32_t> page_number,
                                              std::span<const PageCrop> crops);

/// What the parent goes by, without a look into batches.
struct PageSummary {
  TextSource text_source = TextSource::none;
  std::optional<Error> error = {};
  std::bitset<warning::counted.size()> warned = {};  // by warning::counted

  bool is_recognised() const { return text_source == TextSource::ocr || text_source == TextSource::mixed; }
};

/// A page as it comes out of a child, validated; its files come apart from it.
struct ExtractedPage {
  std::uint32_t page_index = 0;
  PageSummary summary;
  std::array<std::shared_ptr<arrow::RecordBatch>, table_ids.size()> rows = {};  // by TableId; null: not asked for

  const std::shared_ptr<arrow::RecordBatch>& rows_of(TableId table) const { return rows[index_of(table)]; }
};

/// What a child that was asked for `outputs` would give of `page`: for pages that nobody could read, and for tests. The
/// row of `pages` always comes, for it is the summary.
ExtractedPage extracted(const PageRow& page, Outputs outputs = {OutputId::text});

}  // namespace docmill
