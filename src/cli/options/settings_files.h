// Files that hold values of other options. layers.h reads them; here they are for `docmill config`.
#pragma once

#include <filesystem>
#include <vector>

#include "cli/option.h"

namespace docmill {

struct SettingsFileOptions {
  std::filesystem::path config;
  std::filesystem::path variables;

  static std::vector<Option> options();
  void complete(const Surroundings& surroundings);
};

}  // namespace docmill
