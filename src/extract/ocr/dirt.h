// Specks that are no part of a letter.
#pragma once

#include <vector>

#include "extract/ocr/components.h"
#include "extract/ocr/text_lines.h"

namespace docmill::ocr {

/// For each component whether it is a speck: much smaller than a letter and away from all letters, so that it is no
/// dot, comma or accent. Rows of dots that lead from a title to its page number are none, nor is what lies in lines of
/// `small_print`.
std::vector<bool> find_specks(const std::vector<Component>& components, const TextLines& lines,
                              const std::vector<Component>& small_print = {});

}  // namespace docmill::ocr
