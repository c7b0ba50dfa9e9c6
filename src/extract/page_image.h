// Images of pages, for people.
#pragma once

#include <cstdint>
#include <functional>

#include "extract/image/pixel_image.h"
#include "extract/reading.h"

namespace docmill::extract {

/// Where page images are asked for, and this process may make them: nothing else is drawn in the safe profile.
bool wants_page_image(const Reading& reading);

/// A page image before it is encoded.
struct DrawnPage {
  ColourImage image;
  bool reduced = false;         // fewer pixels than were asked for
  bool partly_decoded = false;  // of a damaged image file
};

/// If page images are asked for, gives one of the page of `row` to the sink, or warns that it is missing. `draw` is
/// called at most once, and never in the safe profile.
void give_page_image(const Reading& reading, PageRow& row, const std::function<Result<DrawnPage>()>& draw);

}  // namespace docmill::extract
