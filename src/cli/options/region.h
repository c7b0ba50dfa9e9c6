// Where AWS is reached.
#pragma once

#include <string>
#include <vector>

#include "cli/option.h"

namespace docmill {

struct RegionOptions {
  std::string name;  // empty: as the environment and the profile say

  static std::vector<Option> options();
};

}  // namespace docmill
