// Telling what would be done in place of doing it.
#pragma once

#include <vector>

#include "cli/option.h"

namespace docmill {

struct DryRunOptions {
  bool on = false;

  static std::vector<Option> options();
};

}  // namespace docmill
