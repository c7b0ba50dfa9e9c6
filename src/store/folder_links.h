// The links that a listing of a folder meets: where they lead, and which are followed.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "store/folder.h"

namespace docmill {

/// Names one file or folder of the machine, however it is reached.
using FileId = std::pair<dev_t, ino_t>;
inline FileId id_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

/// A link to what lies below the folder is never followed: its target is listed under its own name. One that leads out
/// is, where the folder says so, unless what it leads to was listed behind another link. One thread.
class FolderLinks {
 public:
  explicit FolderLinks(const Folder& folder) : folder_(folder), listed_folders_{folder.path} {}

  /// Nothing when the link is to be followed now: from then on its target counts as listed.
  ///
  /// Errors: denied (where it leads may not be looked at), invalid_input (followed_links_max).
  Result<std::optional<LeftOut>> reason_against(const std::string& key);

  /// Whether what was reached without a link has been listed behind one.
  bool was_followed_to(const struct stat& status) const { return targets_.contains(id_of(status)); }

  /// Beyond, a folder that makes links without end would take all memory.
  static constexpr std::size_t followed_links_max = 1'000'000;

 private:
  bool lies_in_what_is_listed(const std::filesystem::path& target) const;

  const Folder& folder_;
  std::set<std::filesystem::path> listed_folders_;  // the folder itself, and those behind links; without links
  std::set<FileId> targets_;
};

}  // namespace docmill
