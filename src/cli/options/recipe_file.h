// A recipe: values of other options, under one name. layers.h reads it; here it is for `docmill config`.
#pragma once

#include <string>
#include <vector>

#include "cli/option.h"

namespace docmill {

struct RecipeFileOptions {
  std::string recipe;  // a name or a file

  static std::vector<Option> options();
};

}  // namespace docmill
