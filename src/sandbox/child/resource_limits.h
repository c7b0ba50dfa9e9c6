// Resource limits of an extraction child. Where the system call filter is refused they are the wall: no descriptor can
// be opened, no process started, no limit raised again.
#pragma once

#include <chrono>
#include <cstdint>

namespace docmill::child {

struct ResourceLimits {
  std::uint64_t address_space_bytes_max;
  std::chrono::seconds cpu_time_max;
  std::uint64_t file_size_bytes_max;
};

/// Set every limit, soft and hard. Answers 0, or the errno of the first one that was refused, not counting those that
/// a platform may lack; the others are set all the same.
int set_resource_limits(const ResourceLimits& limits);

}  // namespace docmill::child
