// Images of the regions of a page that the recipe names.
#pragma once

#include "extract/colour_page.h"
#include "extract/reading.h"

namespace docmill::extract {

/// Whether the recipe names regions of the page, and this process may draw them: nothing is drawn in the safe profile.
bool wants_crops(const Reading& reading, std::uint32_t page_index);

/// Gives a JPEG of each region of the page of `row` to the sink, and a row for each to PageRow::crops, in the order of
/// the recipe: of one that could not be made with its error, and the page has the warning crops_missing. A region that
/// reaches beyond the page is cut off at its edges. The row has the page's size.
///
/// The whole page is drawn at crops.dpi, and regions are cut out of it; of a page too large for that each region is
/// drawn by itself. A picture is cut at its own pixels, and reduced to crops.dpi where it has more.
void give_crops(const Reading& reading, PageRow& row, ColourPage& page);

}  // namespace docmill::extract
