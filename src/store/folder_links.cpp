#include "store/folder_links.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace docmill {
namespace {

bool leads_nowhere(std::error_code error) {
  return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory ||
         error == std::errc::too_many_symbolic_link_levels;
}

}  // namespace

bool FolderLinks::lies_in_what_is_listed(const std::filesystem::path& target) const {
  for (std::filesystem::path above = target;; above = above.parent_path()) {
    if (listed_folders_.contains(above)) return true;
    if (above == above.parent_path()) return false;
  }
}

Result<std::optional<LeftOut>> FolderLinks::reason_against(const std::string& key) {
  std::error_code failed;
  const std::filesystem::path target = std::filesystem::canonical(folder_.path / key, failed);
  struct stat status{};
  if (!failed && ::stat(target.c_str(), &status) != 0) failed = {errno, std::generic_category()};
  if (failed && leads_nowhere(failed)) return LeftOut::link_broken;
  if (!failed && lies_in_what_is_listed(target)) return LeftOut::repeated;
  if (!folder_.follow_links) return LeftOut::link_out;
  if (failed) return std::unexpected(error_of({failed.value()}, folder_.uri(key), "follow the link"));
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return LeftOut::special;
  if (targets_.contains(id_of(status))) return LeftOut::repeated;
  if (targets_.size() == followed_links_max)
    return fail(ErrorKind::invalid_input, folder_.uri(key),
                fmt::format("more than {} links lead out of the folder; this one is not followed", followed_links_max));
  targets_.insert(id_of(status));
  if (S_ISDIR(status.st_mode)) listed_folders_.insert(target);
  return std::nullopt;
}

}  // namespace docmill
