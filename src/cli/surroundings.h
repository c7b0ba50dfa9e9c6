// What the command line is read in: everything about the process that options and defaults depend on.
#pragma once

#include <cstdint>
#include <filesystem>

#include "cli/env_file.h"
#include "document/ocr_languages.h"

namespace docmill {

struct Surroundings {
  Environment environment = {};
  std::filesystem::path working_dir = {};
  std::filesystem::path program_dir = {};  // where the program's own file lies
  bool stderr_is_terminal = false;
  bool stdout_is_terminal = false;
  std::uint32_t cores = 1;  // that the cgroup and the affinity mask grant
  std::filesystem::path font_dir = {};
  TessdataDirs tessdata_dirs = {};
};

/// Of this process. Fonts are taken from the first that exists of `fonts` beside the program (a build),
/// `../share/docmill/fonts` (an installation); the language files from `../share/docmill/tessdata` and from Debian's
/// place, where a package that is installed later puts its own.
Surroundings surroundings_of_process();

}  // namespace docmill
