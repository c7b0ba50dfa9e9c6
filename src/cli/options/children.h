// How many children read documents, in which sandbox and with which files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "cli/option.h"
#include "sandbox/sandbox.h"

namespace docmill {

struct ChildrenOptions {
  std::uint32_t slots = SandboxSettings{}.slots;
  SandboxMode mode = SandboxSettings{}.mode;
  std::uint32_t documents_per_child_max = SandboxSettings{}.documents_per_child_max;
  std::filesystem::path program;
  std::filesystem::path font_dir;
  TessdataDirs tessdata_dirs;
  // Whether somebody named them: then they are part of the recipe.
  bool font_dir_is_named = false;
  bool tessdata_dir_is_named = false;

  static std::vector<Option> options();
  void set_defaults(const Surroundings& surroundings);
  void complete(const Surroundings& surroundings);
};

}  // namespace docmill
