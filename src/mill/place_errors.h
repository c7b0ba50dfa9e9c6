// Faults of a place, as a summary has them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"

namespace docmill {

/// Log the fault and keep it among the first few; beyond, it is counted in `more`.
void note_place_error(Error error, std::vector<Error>& first, std::uint64_t& more);

}  // namespace docmill
