// Where the words of a page stand.
#pragma once

#include <span>
#include <vector>

#include "document/page.h"
#include "extract/pdf/glyphs.h"
#include "extract/pdf/page_map.h"
#include "extract/pdf/pdfium_api.h"
#include "extract/text/clean.h"

namespace docmill::pdf {

/// Boxes of the outlines of all characters, by Glyph::index, in the coordinates of the page's content; empty ones for
/// what has none. Some twenty nanoseconds each.
std::vector<FS_RECTF> read_ink(FPDF_TEXTPAGE text_page);

/// `words` are those of the UTF-16 of `glyphs`. A word's box on the displayed page is around all glyphs that it came
/// from, those that cleaning dropped among them (a hyphen at a line's end).
std::vector<PageWord> place_words(std::vector<text::CleanedWord> words, std::span<const Glyph> glyphs,
                                  std::span<const FS_RECTF> ink, const PageMap& map);

/// The words of `utf8`, of which is only known that all of it stands in `box`.
void append_words(std::vector<PageWord>& words, std::string_view utf8, const Rect& box, WordSource source);

}  // namespace docmill::pdf
