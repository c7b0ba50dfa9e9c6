// Recognised words and a page's own text, brought together. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "document/page.h"
#include "extract/ocr/ocr.h"
#include "extract/pdf/pdf.h"

namespace docmill::extract {

/// Where the recognised image lies on the page.
struct ImagePlace {
  double left_pt = 0, top_pt = 0;
  double dpi = 0;
};
std::vector<PageWord> place_words(std::vector<ocr::Word> words, const ImagePlace& place);

/// Whether the middle of `box` lies in one of `boxes`.
bool holds_middle_of(std::span<const Rect> boxes, const Rect& box);

/// The words whose middle lies in none of the boxes.
std::vector<PageWord> words_outside(std::vector<PageWord> words, std::span<const Rect> boxes);

/// Words that the recogniser put into one block.
struct Block {
  std::string text;  // words of a line joined by spaces, lines by '\n'
  Rect box;
  std::span<const PageWord> words = {};
};
/// Blocks of `words`, which must outlive them.
std::vector<Block> blocks_of(std::span<const PageWord> words);

/// Blocks as paragraphs.
std::string text_of(std::span<const Block> blocks);

/// Without the blocks whose words have a mean confidence below 50: curves and ornaments that were read as letters.
/// Beside text that a page holds they would do more harm than good.
std::vector<PageWord> clear_blocks(std::vector<PageWord> words);

std::optional<double> mean_confidence(std::span<const PageWord> words);

/// Of words that may well be wrong: text of a language or script that none of the models has, or hardly legible.
bool is_low(std::optional<double> mean_confidence);

struct Merged {
  std::string text;
  std::vector<PageWord> words;  // of it, in its order: of blocks, and of lines that have any
};

/// The page's own lines in their order, with each block as a paragraph where it stands: after the line above it, else
/// before the line below it; lines beside it do not count.
Merged merge(std::span<const pdf::TextLine> lines, std::span<const Block> blocks);

/// Counts lines and blocks of all words of a page from 0, in their order: another one begins where the source, the
/// block or the line is another than that of the word before.
void number_lines(std::span<PageWord> words);

/// The part of `box` that lies on a page of that size; of one outside of it the nearest point or side.
Rect on_page(const Rect& box, double width_pt, double height_pt);

}  // namespace docmill::extract
