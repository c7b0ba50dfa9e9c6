// Where passwords for encrypted documents come from.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/option.h"

namespace docmill {

struct PasswordOptions {
  std::filesystem::path file;
  std::string variable;  // its name
  bool ask = false;
  std::vector<std::string> found;  // in these three; never logged, never printed

  static std::vector<Option> options();
  void complete(const Surroundings& surroundings);
};

}  // namespace docmill
