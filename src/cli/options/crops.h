// Which regions of which pages images are made of, and how.
#pragma once

#include <vector>

#include "cli/option.h"
#include "document/recipe.h"

namespace docmill {

struct CropOptions {
  Crops crops;

  static std::vector<Option> options();
};

}  // namespace docmill
