#include "cli/control_groups.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <ranges>
#include <sstream>

namespace docmill {
namespace {

bool names(std::string_view controllers, std::string_view controller) {
  return std::ranges::any_of(std::views::split(controllers, ','),
                             [&](auto part) { return std::string_view(part.begin(), part.end()) == controller; });
}

void add_up_to(std::vector<std::filesystem::path>& folders, const std::filesystem::path& mount,
               std::string_view group) {
  std::filesystem::path relative = std::filesystem::path(group).relative_path();
  for (;; relative = relative.parent_path()) {
    folders.push_back(mount / relative);
    if (relative.empty()) return;
  }
}

}  // namespace

std::vector<std::filesystem::path> control_group_folders(const std::filesystem::path& root,
                                                         std::string_view controller) {
  std::vector<std::filesystem::path> folders;
  std::istringstream groups(contents(root / "proc/self/cgroup"));
  for (std::string line; std::getline(groups, line);) {  // "0::/a/b" (v2) or "4:cpu,cpuacct:/a/b" (v1)
    const std::size_t controllers = line.find(':') + 1;
    const std::size_t path = line.find(':', controllers) + 1;
    if (controllers == 0 || path == 0) continue;
    const std::string bound = line.substr(controllers, path - controllers - 1);
    if (bound.empty() || names(bound, controller))
      add_up_to(folders, root / "sys/fs/cgroup" / bound, std::string_view(line).substr(path));
  }
  return folders;
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace docmill
