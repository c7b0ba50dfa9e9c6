// Files that hold values of other options. layers.h reads them; here they are for `docmill config`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/option.h"

namespace docmill {

struct SettingsFileOptions {
  std::filesystem::path config;
  std::string config_key;  // only the object under it counts
  std::filesystem::path variables;

  static std::vector<Option> options();
  void complete(const Surroundings& surroundings);
};

}  // namespace docmill
