// Whether only what is wrong is told.
#pragma once

#include <vector>

#include "cli/option.h"

namespace docmill {

struct QuietOptions {
  bool on = false;

  static std::vector<Option> options();
};

}  // namespace docmill
