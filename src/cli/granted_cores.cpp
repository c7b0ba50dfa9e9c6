#include "cli/granted_cores.h"

#include <sched.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "cli/control_groups.h"

namespace docmill {
namespace {

constexpr std::uint32_t cores_max = 4096;

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
  for (const std::filesystem::path& folder : control_group_folders(root, "cpu")) {
    lower(least, cores_of_cpu_max(contents(folder / "cpu.max")));
    lower(least, cores_of_v1_folder(folder));
  }
  return least;
}

std::uint32_t granted_cores() {
  const std::uint32_t cores = cores_of_affinity();
  return std::min(cores, cgroup_cores("/").value_or(cores));
}

}  // namespace docmill
