// Bullets, for which the models have no letter.
#pragma once

#include <vector>

#include "extract/ocr/engine.h"

namespace docmill::ocr {

inline constexpr const char* bullet = "\u2022";

/// A list's dots are read as cents, copyright signs and the like. Three or more such signs that begin lines, one below
/// the other, become bullets; one by itself is left as it is. Boxes are those of an image whose letters are
/// Engine::letter_px high, words in Tesseract's order.
void restore_bullets(std::vector<Word>& words);

}  // namespace docmill::ocr
