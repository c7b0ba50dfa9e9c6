// What it means that there is no document.
#pragma once

#include <vector>

#include "cli/option.h"

namespace docmill {

struct EmptySourceOptions {
  bool fails = true;

  static std::vector<Option> options();
};

}  // namespace docmill
