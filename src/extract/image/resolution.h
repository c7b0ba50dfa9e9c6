// Dots per inch across and down, as files state them.
#pragma once

#include <cstdint>

#include "extract/image/image.h"

namespace docmill::image {

/// Of the stored pixels. Only the ratio counts where `unit_known` is false.
struct Resolution {
  double x = 0, y = 0;  // dots per inch; 0 where nothing says it
  bool unit_known = true;
};

/// Sets dpi and stretch of a header whose orientation is known.
void set_resolution(Header& header, Resolution resolution);

}  // namespace docmill::image
