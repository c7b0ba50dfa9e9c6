// What is enqueue's own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cli/option.h"

namespace docmill {

struct EnqueueOptions {
  std::optional<WallTime> since;  // documents changed earlier are left out
  std::string match;              // a glob; documents with other keys are left out
  std::string message_recipe;     // the recipe's options that were given as flags, as JSON; see message_recipe.h

  static std::vector<Option> options();
};

}  // namespace docmill
