// The structure of a document, which goes with its first page.
#pragma once

#include <functional>

#include "extract/reading.h"
#include "extract/structure/structure.h"

namespace docmill::extract {

/// If the structure is asked for and `row` is of the first page, gives it to the sink, or warns that it is missing, or
/// not whole. `read` is called at most once.
///
/// It is the last thing that is done for a page: a death in the stage "structure" is not charged to the page, which is
/// then read again with Options::without_structure.
void give_structure(const Reading& reading, PageRow& row, const std::function<Result<structure::Structure>()>& read);

}  // namespace docmill::extract
