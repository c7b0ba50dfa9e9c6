// Lines that were ruled, not written: borders of cells, boxes of forms, lines to write on.
#pragma once

#include <cstdint>
#include <vector>

#include "extract/ocr/components.h"

namespace docmill::ocr {

/// Ink of a page, parted.
struct Parted {
  Ink writing;
  std::vector<Run> rules;         // pixels of rules, row by row; where a stroke crosses a rule they stay in `writing`
  std::vector<Component> frames;  // closed boxes, as they were with all that touched them
};

/// All rules; those of boxes and grids, with rules in both directions; all but boxes no higher than a letter, for where
/// letters stand by themselves a B is one.
enum class Which : std::uint8_t { all, crossing, larger_than_letters };

/// Finds long thin bars along and down the page, and shorter ones that are the sides of a closed box: the openings by
/// lines of mathematical morphology, over runs. Bars may slant by a degree: pages are straightened first.
///
/// `letter_px` is the height of a letter, or 0 where that is not known yet. Where it is, a dash is no rule, and a box
/// as small as a letter, with another letter close to it, is a letter (as in Chinese, Korean or Hebrew). Pure; time and
/// memory go with the pixels.
Parted part_rules(Ink ink, double letter_px, Which which = Which::all);

}  // namespace docmill::ocr
