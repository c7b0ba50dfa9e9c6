// Lines of a page that belong together.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "document/page.h"

namespace docmill::pdf {

/// A line of text where it stands on the displayed page.
struct LinePlace {
  Rect box = {};
  double type_height_pt = 0;  // mean height of its words' boxes, across the direction in which it runs
  std::int32_t rotation_deg = 0;
};

/// For each line, in reading order, the number of its paragraph or column, from 0.
///
/// A line goes on with the block of the one before it if it runs the same way, stands below it and not only beside it,
/// is set in type of about the same size, and no further away than most lines of the page are from theirs. Pure.
std::vector<std::uint32_t> number_blocks(std::span<const LinePlace> lines);

}  // namespace docmill::pdf
