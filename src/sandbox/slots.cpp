#include "sandbox/slots.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "document/limits.h"

namespace docmill {
namespace {

constexpr std::uint64_t child_memory_bytes_min = 256 * MiB;

/// The number in a control group's file; a huge one where there is none ("max" says that too).
std::uint64_t read_limit(const std::filesystem::path& file) {
  std::uint64_t value = 0;
  return std::ifstream(file) >> value ? value : std::numeric_limits<std::uint64_t>::max();
}

/// `group`'s limit and those of the groups around it. In a container the group's own path may not be visible, only the
/// root of the hierarchy: that is tried as well.
std::uint64_t strictest(const std::filesystem::path& root, std::string group, const char* file) {
  std::uint64_t limit = read_limit(root / file);
  while (group.size() > 1) {
    limit = std::min(limit, read_limit(root / group.substr(1) / file));
    group.erase(group.find_last_of('/'));
  }
  return limit;
}

}  // namespace

std::uint64_t memory_granted_bytes() {
  const auto pages = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_PHYS_PAGES)));
  std::uint64_t granted = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::ifstream groups("/proc/self/cgroup");  // "0::/path" (v2) or "5:memory:/path" (v1)
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (controllers.empty()) granted = std::min(granted, strictest("/sys/fs/cgroup", group, "memory.max"));
    if (controllers == "memory")
      granted = std::min(granted, strictest("/sys/fs/cgroup/memory", group, "memory.limit_in_bytes"));
  }
  return granted;
}

Slots fit_slots(std::uint32_t slots_wanted, std::uint64_t child_memory_bytes_wanted, std::uint64_t memory_bytes) {
  const std::uint64_t budget = memory_bytes / 10 * 8;
  const std::uint64_t cap_min = std::min(child_memory_bytes_wanted, child_memory_bytes_min);
  const auto affordable = static_cast<std::uint32_t>(std::min<std::uint64_t>(slots_wanted, budget / cap_min));
  const std::uint32_t count = std::max(1U, affordable);
  return {.count = count,
          .child_memory_bytes_max = std::min(child_memory_bytes_wanted, std::max(cap_min, budget / count))};
}

}  // namespace docmill
