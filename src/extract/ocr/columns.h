// Whether text stands in columns that are read one after the other, from the boxes of its letters alone.
#pragma once

#include "extract/ocr/text_lines.h"

namespace docmill::ocr {

/// Whether three lines or more have another line of prose beside them: ten letters or more, as an amount, a quantity
/// or a name in a table seldom has. Pure.
bool has_columns_of_prose(const TextLines& lines);

}  // namespace docmill::ocr
