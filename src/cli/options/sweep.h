// What is sweep's own.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "cli/option.h"
#include "cli/stop_signals.h"

namespace docmill {

/// Which runs leave a manifest: those in which something happened, or all.
enum class ManifestWhen : std::uint8_t { changed, always };

struct SweepOptions {
  bool retry_failed = false;
  ManifestWhen manifest = ManifestWhen::changed;
  std::chrono::milliseconds grace = grace_default;

  static std::vector<Option> options();
};

}  // namespace docmill
