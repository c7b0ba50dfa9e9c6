// What the log tells, and how.
#pragma once

#include <vector>

#include "cli/option.h"
#include "telemetry/log.h"

namespace docmill {

struct LogOptions {
  log::Settings settings;

  static std::vector<Option> options();
  void set_defaults(const Surroundings& surroundings);
};

}  // namespace docmill
