// Faults of a place, in the words of a summary.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace docmill {

/// A line for each, and one that counts those that are only in the log.
std::string place_errors_text(const std::vector<Error>& first, std::uint64_t more);

}  // namespace docmill
