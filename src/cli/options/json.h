// What is printed for scripts.
#pragma once

#include <vector>

#include "cli/option.h"

namespace docmill {

struct JsonOptions {
  bool on = false;

  static std::vector<Option> options();
};

}  // namespace docmill
