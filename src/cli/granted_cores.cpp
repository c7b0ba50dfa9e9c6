#include "cli/granted_cores.h"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <ranges>
#include <sstream>
#include <string>

namespace docmill {
namespace {

constexpr std::uint32_t cores_max = 4096;

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<std::uint32_t> cores_of_quota(std::int64_t quota_us, std::int64_t period_us) {
  if (quota_us <= 0 || period_us <= 0) return std::nullopt;
  const std::int64_t cores = (quota_us / period_us) + (quota_us % period_us == 0 ? 0 : 1);
  return static_cast<std::uint32_t>(std::min<std::int64_t>(cores, cores_max));
}

std::optional<std::uint32_t> cores_of_v1_folder(const std::filesystem::path& folder) {
  std::istringstream text(contents(folder / "cpu.cfs_quota_us") + " " + contents(folder / "cpu.cfs_period_us"));
  std::int64_t quota_us = -1;
  std::int64_t period_us = -1;
  if (!(text >> quota_us >> period_us)) return std::nullopt;
  return cores_of_quota(quota_us, period_us);
}

void lower(std::optional<std::uint32_t>& least, std::optional<std::uint32_t> cores) {
  if (cores) least = std::min(least.value_or(*cores), *cores);
}

// The smallest quota from `group` up to the mount, as a quota binds everything below it. In a container the group's
// path is often that of the host and not there; the walk up then ends at the mount, which is the container's own group.
template <typename CoresOfFolder>
std::optional<std::uint32_t> least_up_to(const std::filesystem::path& mount, std::string_view group,
                                         CoresOfFolder cores_of_folder) {
  std::optional<std::uint32_t> least;
  std::filesystem::path relative = std::filesystem::path(group).relative_path();
  for (;; relative = relative.parent_path()) {
    lower(least, cores_of_folder(mount / relative));
    if (relative.empty()) return least;
  }
}

bool names_cpu(std::string_view controllers) {
  return std::ranges::any_of(std::views::split(controllers, ','),
                             [](auto part) { return std::string_view(part.begin(), part.end()) == "cpu"; });
}

std::uint32_t cores_of_affinity() {
  cpu_set_t set;
  CPU_ZERO(&set);
  // A machine of more than 1,024 CPUs needs a larger set; it answers EINVAL here.
  if (::sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return static_cast<std::uint32_t>(std::max(1, CPU_COUNT(&set)));
}

}  // namespace

std::optional<std::uint32_t> cores_of_cpu_max(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::int64_t quota_us = -1;
  std::int64_t period_us = -1;
  if (!(stream >> quota_us >> period_us)) return std::nullopt;
  return cores_of_quota(quota_us, period_us);
}

std::optional<std::uint32_t> cgroup_cores(const std::filesystem::path& root) {
  std::optional<std::uint32_t> least;
  std::istringstream groups(contents(root / "proc/self/cgroup"));
  for (std::string line; std::getline(groups, line);) {  // "0::/a/b" (v2) or "4:cpu,cpuacct:/a/b" (v1)
    const std::size_t controllers = line.find(':') + 1;
    const std::size_t path = line.find(':', controllers) + 1;
    if (controllers == 0 || path == 0) continue;
    const std::string names = line.substr(controllers, path - controllers - 1);
    const std::string group = line.substr(path);
    if (names.empty())
      lower(least, least_up_to(root / "sys/fs/cgroup", group,
                               [](const auto& folder) { return cores_of_cpu_max(contents(folder / "cpu.max")); }));
    else if (names_cpu(names))
      lower(least, least_up_to(root / "sys/fs/cgroup" / names, group, cores_of_v1_folder));
  }
  return least;
}

std::uint32_t granted_cores() {
  const std::uint32_t cores = cores_of_affinity();
  return std::min(cores, cgroup_cores("/").value_or(cores));
}

}  // namespace docmill
