// Images of pages, for people.
#pragma once

#include "extract/colour_page.h"
#include "extract/reading.h"

namespace docmill::extract {

/// Where page images are asked for, and this process may make them: nothing else is drawn in the safe profile.
bool wants_page_image(const Reading& reading);

/// If page images are asked for, gives one of the page of `row`, and its thumbnail, to the sink, or warns that one is
/// missing. Nothing is drawn in the safe profile. The row has the page's size.
void give_page_image(const Reading& reading, PageRow& row, ColourPage& page);

/// FileLabel::item of page_images.
inline constexpr std::uint32_t page_image_item = 0, thumbnail_item = 1;

}  // namespace docmill::extract
