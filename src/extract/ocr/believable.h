// Which of the words that Tesseract saw are on the page.
#pragma once

#include <vector>

#include "extract/ocr/engine.h"

namespace docmill::ocr {

/// Leaves out what is dirt by its confidence, its shape, and the company it keeps. Where few words convince, only lines
/// that do so by themselves are kept.
/// Boxes are those of an image whose letters are Engine::letter_px high. No dictionary is asked: a part number is as
/// good as a word. A lone upright bar as high as the words beside it becomes the I that it is, and dots of lists become
/// bullets.
std::vector<Word> believable(std::vector<Word> words);

/// The lines that convince by themselves: a few letters of high confidence. For words of letters of any height.
std::vector<Word> in_convincing_lines(std::vector<Word> words);

}  // namespace docmill::ocr
