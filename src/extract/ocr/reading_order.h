// The order in which the words of a page are read.
#pragma once

#include <vector>

#include "extract/ocr/engine.h"

namespace docmill::ocr {

/// Words in reading order, from Tesseract's. It finds the columns of prose, and takes those of a table for columns of
/// prose as well: blocks side by side whose lines are short and level with each other become one block of rows. So do
/// blocks that are only a space apart.
///
/// Blocks and lines are counted anew, from 0 and without gaps. Pure. The page is upright.
std::vector<Word> in_reading_order(std::vector<Word> words);

}  // namespace docmill::ocr
