// Leptonica's image with an owner.
#pragma once

#include <leptonica/allheaders.h>

#include <memory>

namespace docmill::image {

struct DestroyPix {
  void operator()(Pix* pix) const { pixDestroy(&pix); }
};
using PixPtr = std::unique_ptr<Pix, DestroyPix>;

}  // namespace docmill::image
