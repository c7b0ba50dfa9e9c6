// What is made of a document.
#pragma once

#include <vector>

#include "cli/option.h"
#include "document/outputs.h"
#include "document/recipe.h"

namespace docmill {

struct OutputsOptions {
  Outputs outputs = Recipe{}.outputs;

  static std::vector<Option> options();
};

}  // namespace docmill
