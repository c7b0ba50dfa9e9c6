// Closing what a child must not inherit.
#pragma once

#include <span>

namespace docmill::child {

/// Close every descriptor of the process but those in `keep`, which is ascending.
void close_descriptors_except(std::span<const int> keep);

}  // namespace docmill::child
