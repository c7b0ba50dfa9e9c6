// How images of pages are made.
#pragma once

#include <vector>

#include "cli/option.h"
#include "document/recipe.h"

namespace docmill {

struct PageImageOptions {
  PageImages images;

  static std::vector<Option> options();
};

}  // namespace docmill
