// The name of a run.
#pragma once

#include <string>

#include "base/clock.h"

namespace docmill {

/// Sorts by start: "20261122T014043Z-6f2a90c1".
std::string make_run_id(Clock& clock, Random& random);

}  // namespace docmill
