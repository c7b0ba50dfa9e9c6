#include "cli/granted_tasks.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <system_error>

#include "cli/control_groups.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// Two zygotes and a child in which one of them probes what the kernel grants; threads for signals, the command,
/// progress, heartbeats, metrics and the resolver of host names.
constexpr std::uint64_t single_tasks = 9;

/// The number at the start of `text`; nothing where there is none ("max").
std::optional<std::uint64_t> number(const std::string& text) {
  std::istringstream stream(text);
  std::uint64_t value = 0;
  if (stream >> value) return value;
  return std::nullopt;
}

std::uint64_t left_of(std::uint64_t limit, std::uint64_t used) { return limit - std::min(limit, used); }

std::uint64_t value_after(const std::string& status, std::string_view name) {
  const std::size_t found = status.find(name);
  return found == std::string::npos ? 0 : number(status.substr(found + name.size())).value_or(0);
}

/// Threads of all processes of a user.
std::uint64_t tasks_of(std::uint32_t user_id, const std::filesystem::path& root) {
  std::uint64_t count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root / "proc", error)) {
    const std::string status = contents(entry.path() / "status");
    if (!status.empty() && value_after(status, "\nUid:") == user_id) count += value_after(status, "\nThreads:");
  }
  return count;
}

}  // namespace

UserTasks tasks_of_this_user() {
  rlimit limit{};
  if (::getuid() == 0 || ::getrlimit(RLIMIT_NPROC, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return {};
  return {.user_id = ::getuid(), .tasks_max = limit.rlim_cur};
}

std::optional<std::uint64_t> granted_tasks(const UserTasks& user, const std::filesystem::path& root) {
  std::optional<std::uint64_t> least;
  const auto lower = [&](std::uint64_t granted) { least = std::min(least.value_or(granted), granted); };
  for (const std::filesystem::path& folder : control_group_folders(root, "pids"))
    if (const auto limit = number(contents(folder / "pids.max")))
      lower(left_of(*limit, number(contents(folder / "pids.current")).value_or(0)));
  if (user.tasks_max != std::numeric_limits<std::uint64_t>::max())
    lower(left_of(user.tasks_max, tasks_of(user.user_id, root)));
  return least;
}

TaskShares share_tasks(std::uint64_t granted, const TaskShares& wanted) {
  const auto at_most = [](std::uint64_t tasks, std::uint32_t most) {
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(tasks, 1, std::max(most, 1U)));
  };
  const std::uint64_t left = left_of(granted, single_tasks);
  const std::uint32_t slots = at_most(left / 2, wanted.slots);
  return {.slots = slots, .threads = at_most(left_of(left, slots), wanted.threads)};
}

TaskShares fit_to_granted_tasks(const TaskShares& wanted) {
  const auto granted = granted_tasks(tasks_of_this_user());
  if (!granted) return wanted;
  const TaskShares shares = share_tasks(*granted, wanted);
  if (shares.slots < wanted.slots)
    log::warning("fewer_workers", {{"workers", shares.slots}, {"wanted", wanted.slots}, {"reason", "processes"}});
  return shares;
}

}  // namespace docmill
