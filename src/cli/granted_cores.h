// How many cores this process may use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace docmill {

/// The cores that the affinity mask leaves, or fewer where a cgroup of the process (version 1 or 2, its own or one
/// above) has a CPU quota; a part of a core counts as one. At least 1.
std::uint32_t granted_cores();

/// The smallest quota in force, in whole cores rounded up; nothing where there is none. `root` is "/" or, in tests, a
/// folder with files at the same places.
std::optional<std::uint32_t> cgroup_cores(const std::filesystem::path& root);

/// Cores of a cgroup v2 `cpu.max`: "150000 100000" is 2; nothing for "max 100000" and for anything else.
std::optional<std::uint32_t> cores_of_cpu_max(std::string_view text);

}  // namespace docmill
