// Rows of dots or dashes that lead from a title to its page number, or are there to be written on.
#pragma once

#include <cstdint>
#include <vector>

#include "extract/ocr/components.h"

namespace docmill::ocr {

/// For each component whether it is a part of a leader: low marks, level and close to each other, longer altogether
/// than an ellipsis, or less at the edges of an image of `width_px` that may have cut it off. `letter_px` is the height
/// of a letter. Pure.
std::vector<bool> find_leaders(const std::vector<Component>& components, double letter_px, std::int32_t width_px = 0);

}  // namespace docmill::ocr
