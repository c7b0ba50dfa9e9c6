// Folders that are made on the way to a file, and gone afterwards.
#pragma once

#include <filesystem>
#include <vector>

namespace docmill {

/// Remembers which folders down to `deepest` are not there yet. At its end it removes those of them that are there and
/// empty: what somebody else has put there meanwhile stays.
class MadeFolders {
 public:
  explicit MadeFolders(const std::filesystem::path& deepest);
  MadeFolders(const MadeFolders&) = delete;
  MadeFolders& operator=(const MadeFolders&) = delete;
  ~MadeFolders();

 private:
  std::vector<std::filesystem::path> missing_;  // the deepest first
};

}  // namespace docmill
