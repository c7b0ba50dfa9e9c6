// Where lines of text run, from the boxes of their letters alone: nothing is recognised.
#pragma once

#include <cstdint>
#include <vector>

#include "extract/ocr/components.h"

namespace docmill::ocr {

/// Letters that stand in lines, and how they stand.
///
/// Letters of a word are closer to each other than lines are. That holds in every script, shows that a page lies on its
/// side, and tells letters from dirt, which has no neighbours of its own size, or as many above as beside.
struct TextLines {
  std::vector<Component> letters;  // those with a neighbour in line; empty where nothing looks like text
  bool are_single = false;         // most letters stand by themselves, as in a grid: none has neighbours
  bool vertical = false;           // lines run up or down the page: it lies on its side
  double skew_deg = 0;             // clockwise turn that makes lines run straight; 0 where that is not clear
  double height_px = 0;            // of a typical letter: between those of x and X
  /// How much more sharply letters stand in line at their bottom than at their top (where lines are vertical, to the
  /// right than to the left). Above 1 for upright Latin, Greek and Cyrillic letters: more of them rise than descend.
  double standing = 1;

  /// Whether a component could be a letter of these lines, or some that touch: a digit that stands alone is one too.
  bool could_be_letter(const Component& component) const;
};

/// Whether a component has the proportions of a letter, or of some that touch, in the smallest print that can be read
/// or in the largest titles.
bool could_be_letter_of_any_size(const Component& component);

/// The order of the components does not matter.
TextLines find_text_lines(const std::vector<Component>& components);

}  // namespace docmill::ocr
