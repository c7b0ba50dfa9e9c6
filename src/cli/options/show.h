// What is show's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/option.h"

namespace docmill {

struct ShowOptions {
  std::vector<std::string> files;            // as given: names for people, and paths or URIs
  std::optional<std::uint32_t> page_number;  // from 1

  static std::vector<Option> options();
};

}  // namespace docmill
