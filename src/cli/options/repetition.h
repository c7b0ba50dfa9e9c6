// Whether documents are done again.
#pragma once

#include <vector>

#include "cli/option.h"

namespace docmill {

struct RepetitionOptions {
  bool skip_if_exists = true;

  static std::vector<Option> options();
};

}  // namespace docmill
