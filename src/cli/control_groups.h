// The control groups that bind this process.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace docmill {

/// Folders of the groups that bind this process where `controller` ("cpu", "pids") does, of version 2 and of version 1,
/// from its own group up to the mount, as a limit binds everything below it. In a container the group's path is often
/// that of the host and not there; the walk up then ends at the mount, which is the container's own group. `root` holds
/// `proc` and `sys`.
std::vector<std::filesystem::path> control_group_folders(const std::filesystem::path& root,
                                                         std::string_view controller);

/// All of a small file; empty where it cannot be read.
std::string contents(const std::filesystem::path& path);

}  // namespace docmill
