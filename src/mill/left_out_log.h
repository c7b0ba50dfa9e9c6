// What a listing passes over, counted and told in the log.
#pragma once

#include "store/left_out.h"

namespace docmill {

/// For ListOptions::on_left_out: counts in `counts`, which outlives it, and tells each entry at debug. One thread.
OnLeftOut count_left_out(LeftOutCounts& counts);

/// A line for each reason that came up.
void log_left_out(const LeftOutCounts& counts);

}  // namespace docmill
