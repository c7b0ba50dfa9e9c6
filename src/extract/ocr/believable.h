// Which of the words that Tesseract saw are on the page.
#pragma once

#include <vector>

#include "extract/ocr/engine.h"

namespace docmill::ocr {

/// Leaves out what is dirt by its confidence, its shape, and the company it keeps. Nothing where no word convinces.
/// Boxes are those of an image whose letters are Engine::letter_px high. No dictionary is asked: a part number is as
/// good as a word. A lone upright bar as high as the words beside it becomes the I that it is, and dots of lists become
/// bullets.
std::vector<Word> believable(std::vector<Word> words);

}  // namespace docmill::ocr
