// Where the words of a page stand.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "document/page.h"
#include "extract/pdf/glyphs.h"
#include "extract/pdf/line_blocks.h"
#include "extract/pdf/page_map.h"
#include "extract/pdf/pdfium_api.h"
#include "extract/pdf/word_styles.h"
#include "extract/text/clean.h"

namespace docmill::pdf {

/// What words need to know of characters, by Glyph::index.
struct CharMarks {
  std::vector<FS_RECTF> ink;         // boxes of outlines in the coordinates of the page's content; empty ones for none
  std::vector<std::uint32_t> style;  // as in read_styles()
};

/// Boxes of the outlines of all characters, by Glyph::index. Some twenty nanoseconds each.
std::vector<FS_RECTF> read_ink(FPDF_TEXTPAGE text_page);

struct PlacedWords {
  std::vector<PageWord> words;   // PageWord::line_index is of `lines`
  std::vector<LinePlace> lines;  // in reading order; one that has but the rest of a broken word is of no word
};

/// `words` are those of the UTF-16 of `glyphs`. A word's box on the displayed page is around all glyphs that it came
/// from, those that cleaning dropped among them (a hyphen at a line's end). Lines are those that are seen: a word that
/// was broken at a line's end stands on the first of its two.
PlacedWords place_words(std::vector<text::CleanedWord> words, std::span<const Glyph> glyphs, const CharMarks& marks,
                        const WordStyles& styles, const PageMap& map);

/// Sets PageWord::block_index. REQUIRES: PageWord::line_index is of `lines`.
void set_blocks(std::span<PageWord> words, std::span<const LinePlace> lines);

/// The words of `utf8`, of which is only known that all of it stands in `box`: a block of their own.
void append_words(std::vector<PageWord>& words, std::string_view utf8, const Rect& box, WordSource source);
/// Words of a block, or blocks, that have nothing to do with those before them.
void append_blocks(std::vector<PageWord>& words, std::vector<PageWord> more);

}  // namespace docmill::pdf
