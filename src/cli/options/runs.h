// What is the command runs' own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/option.h"

namespace docmill {

enum class RunsAction : std::uint8_t { list, show, prune };

struct RunsOptions {
  RunsAction action = RunsAction::list;  // its arguments
  std::string run_id;                    // of show; empty for the newest
  std::uint32_t kept = 20;

  static std::vector<Option> options();
};

}  // namespace docmill
