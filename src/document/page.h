// One page as the extraction child hands it over.
#pragma once

#include <arrow/type_fwd.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

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

/// Codes of pages that the summary of a run counts: what was left out or done in vain.
inline constexpr std::array counted{ocr_in_vain, unread_text, hidden_text, partly_decoded, unread_frames};
}  // namespace warning

/// A recognised word, where it stands on the page.
struct PageWord {
  std::string text;
  Rect box;
  double confidence = 0;                          // 0 to 100
  std::uint32_t line_index = 0, block_index = 0;  // counted from 0 over what was recognised, in reading order
};

/// The row of one page in the `pages` table, without what the parent knows of the document.
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
  std::vector<PageWord> words =
      {};  // those of `text` that were recognised; no column has them, so they stay in the child
};

/// A one-row batch of page_content_schema().
std::shared_ptr<arrow::RecordBatch> to_record_batch(const PageRow& row);

}  // namespace docmill
