// Where outputs lie below --out.
#pragma once

#include <vector>

#include "cli/option.h"
#include "document/layout.h"

namespace docmill {

struct LayoutOptions {
  Layout layout;

  static std::vector<Option> options();
};

}  // namespace docmill
