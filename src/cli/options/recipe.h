// What is the command recipe's own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/option.h"

namespace docmill {

enum class RecipeAction : std::uint8_t { list, show, check };

struct RecipeCommandOptions {
  RecipeAction action = RecipeAction::list;  // its arguments
  std::string name = "text";                 // of show and check: a name or a file

  static std::vector<Option> options() { return {}; }
};

}  // namespace docmill
