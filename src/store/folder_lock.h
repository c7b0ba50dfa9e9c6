// One change of a folder's names at a time, where a condition is checked before.
#pragma once

#include <sys/file.h>

#include <cerrno>
#include <expected>
#include <utility>

#include "store/beneath.h"

namespace docmill {

/// Who writes to a folder or removes from it, in any process, checks and does so one after the other.
class FolderLock {
 public:
  static std::expected<FolderLock, Errno> take(int folder) {
    while (::flock(folder, LOCK_EX) != 0)
      if (errno != EINTR) return std::unexpected(Errno{errno});
    return FolderLock(folder);
  }
  FolderLock(FolderLock&& other) noexcept : folder_(std::exchange(other.folder_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock() {
    if (folder_ >= 0) ::flock(folder_, LOCK_UN);
  }

 private:
  explicit FolderLock(int folder) : folder_(folder) {}
  int folder_;
};

}  // namespace docmill
