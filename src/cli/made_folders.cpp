#include "cli/made_folders.h"

#include <unistd.h>

#include <system_error>

namespace docmill {

MadeFolders::MadeFolders(const std::filesystem::path& deepest) {
  std::error_code error;
  for (std::filesystem::path path = deepest; path.has_relative_path() && !std::filesystem::exists(path, error);
       path = path.parent_path())
    missing_.push_back(path);
}

MadeFolders::~MadeFolders() {
  // rmdir() leaves what is not empty.
  for (const std::filesystem::path& path : missing_) static_cast<void>(::rmdir(path.c_str()));
}

}  // namespace docmill
