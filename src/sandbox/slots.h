// How many children may run at a time, and how large each may grow, in the memory that is granted.
#pragma once

#include <cstdint>

namespace docmill {

struct Slots {
  std::uint32_t count = 1;
  std::uint64_t child_memory_bytes_max = 0;
};

/// Bytes that the control group (v2 or v1, the strictest of its ancestors) or else the machine grants.
std::uint64_t memory_granted_bytes();

/// As many of the wanted slots as leave every child its memory within 80 % of what is granted. Where that is too little
/// for all, children get less, but not under 256 MiB; then slots are fewer. One slot always starts.
Slots fit_slots(std::uint32_t slots_wanted, std::uint64_t child_memory_bytes_wanted, std::uint64_t memory_bytes);

}  // namespace docmill
