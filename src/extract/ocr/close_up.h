// Single letters that stand far apart, set as a line of print: what the models read best.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "extract/image/pixel_image.h"
#include "extract/ocr/engine.h"
#include "extract/ocr/placement.h"

namespace docmill::ocr {

/// A letter that stands by itself, or a word.
struct Unit {
  Box box;              // where it stood
  Box set;              // where it stands now
  std::size_t letters;  // connected marks of a letter's size
  std::size_t line;     // counted from the top
};

struct ClosedUp {
  GrayImage image;
  std::vector<Unit> units;  // line by line, from left to right
};

/// Moves single letters of one line together, as those of a word are, and words to a space apart. What is too large or
/// too full to be a letter, such as the black squares of a crossword, is left out. `image` is upright, its letters are
/// Engine::letter_px high. Empty where nothing is a letter, or more than a page of single ones has. Pure.
ClosedUp close_up(const GrayImage& image);

/// Words that were read in the image that was closed up, where they stood before. Those over no unit are left out.
std::vector<Word> put_back(std::vector<Word> words, std::span<const Unit> units);

/// Words over several units become one of each, where it is clear which characters are whose: there are as many as
/// letters. `words` were put back.
std::vector<Word> taken_apart(std::vector<Word> words, std::span<const Unit> units);

}  // namespace docmill::ocr
