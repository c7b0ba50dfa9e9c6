// What a reading left out: small print under giant type, cells that Tesseract took for pictures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "extract/ocr/engine.h"
#include "extract/ocr/page.h"

namespace docmill::ocr {

struct Unread {
  Part part;
  std::size_t letters = 0;
};

inline constexpr std::size_t unread_parts_max = 40;  // of a page

/// Parts of the page with letters of one size, in rows as a text's are, that lie in none of the boxes. Those with the
/// most letters come first. `turn_deg` is that of the page. Pure.
std::vector<Unread> find_unread(const Page& page, const std::vector<Box>& read, std::int32_t turn_deg);

/// Letters that are missing in lines of which words were read: those of the height of a word that they stand level
/// with, which no word covers, or only one that runs down over several lines, as a column of single digits is misread.
/// Pure.
std::size_t letters_left_out(const Page& page, const std::vector<Box>& read, std::int32_t turn_deg);

/// Adds blocks of words to those of the page, each behind the last block that ends above its middle. All boxes are in
/// one upright image.
void add_blocks(std::vector<Word>& words, std::vector<Word> added);

}  // namespace docmill::ocr
