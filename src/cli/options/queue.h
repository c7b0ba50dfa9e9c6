// Which queue.
#pragma once

#include <string>
#include <vector>

#include "cli/option.h"

namespace docmill {

struct QueueOptions {
  std::string uri;

  static std::vector<Option> options();
};

}  // namespace docmill
