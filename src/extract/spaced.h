// Single letters and digits that stand far apart, as in a sudoku, a crossword, the boxes of a form. Pure.
#pragma once

#include <span>
#include <vector>

#include "extract/ink.h"

namespace docmill::ink {

/// Which of the marks, in their order, stand in a row or a column of single ones of their size. Neighbours may be six
/// times as far apart as they are high; what is beside words, or has them beside it, may be among them.
///
/// A row or a column has five marks or more. Where both cross in a mark, three are enough. None where there are more
/// marks of the size of letters than a page of single ones has.
std::vector<bool> find_spaced(std::span<const Box> marks);

/// Whether single letters are most of what could be letters, and as many as chance does not put in rows.
bool are_spaced_text(std::span<const Box> marks);

}  // namespace docmill::ink
