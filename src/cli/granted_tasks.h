// Where few threads and processes are to be had, docmill makes do with few.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>

namespace docmill {

/// What binds a user beside the control groups: RLIMIT_NPROC, which counts all tasks of the user and does not bind
/// root.
struct UserTasks {
  std::uint32_t user_id = 0;
  std::uint64_t tasks_max = std::numeric_limits<std::uint64_t>::max();
};

UserTasks tasks_of_this_user();

/// How many more threads and processes the system grants now. Nothing where there is no limit. `root` holds `proc` and
/// `sys`.
std::optional<std::uint64_t> granted_tasks(const UserTasks& user, const std::filesystem::path& root = "/");

struct TaskShares {
  std::uint32_t slots = 1;    // children at a time
  std::uint32_t threads = 1;  // that do documents
};

/// As many of the wanted as `granted` tasks allow, one of each at least. What there is one of comes first: zygotes,
/// signals, progress and the like.
TaskShares share_tasks(std::uint64_t granted, const TaskShares& wanted);

/// No more children and documents in flight than the system grants tasks for. Told in the log where there are fewer
/// children than wanted.
TaskShares fit_to_granted_tasks(const TaskShares& wanted);

}  // namespace docmill
