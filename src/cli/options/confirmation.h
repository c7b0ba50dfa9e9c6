// The word without which nothing is removed.
#pragma once

#include <vector>

#include "cli/option.h"

namespace docmill {

struct ConfirmationOptions {
  bool yes = false;

  static std::vector<Option> options();
};

}  // namespace docmill
