// Which worlds a simulation runs, as the environment says.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include "telemetry/log.h"

namespace docmill::sim {

struct Seeds {
  std::uint64_t first, end;
};

/// DOCMILL_SIM_SEED=N: that one. DOCMILL_SIM_SEEDS=N: so many. Else `count`.
inline Seeds seeds_to_run(std::uint64_t count) {
  if (const char* one = std::getenv("DOCMILL_SIM_SEED"))
    return {.first = std::stoull(one), .end = std::stoull(one) + 1};
  if (const char* many = std::getenv("DOCMILL_SIM_SEEDS")) count = std::stoull(many);
  return {.first = 1, .end = count + 1};
}

/// Everything of a world that is run alone, else errors.
inline void log_as_seeds_say() {
  const bool one = std::getenv("DOCMILL_SIM_SEED") != nullptr;
  log::configure({.level = one ? log::Level::debug : log::Level::error, .format = log::Format::json});
}

}  // namespace docmill::sim
