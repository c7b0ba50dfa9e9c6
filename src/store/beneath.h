// Opening files below a folder, and nowhere else.
#pragma once

#include <sys/stat.h>

#include <expected>
#include <string>

#include "base/blob.h"

namespace docmill {

/// What the kernel answered: a value of errno. EXDEV means that the path leads out of the folder, ELOOP that its links
/// go in a circle.
struct Errno {
  int value;
};

/// Open the relative `path` below the folder `root` (openat2, RESOLVE_BENEATH): whatever "..", links and races are in
/// play, the file lies below the root. O_CLOEXEC is always set. Where the kernel or a container's filter refuses
/// openat2, open_beneath_by_walking() stands in.
std::expected<FileDescriptor, Errno> open_beneath(int root, const std::string& path, int flags);

/// The same with openat() alone, one component at a time. It follows no link at all: each counts as leading out.
std::expected<FileDescriptor, Errno> open_beneath_by_walking(int root, const std::string& path, int flags);

/// Open the relative `path` from the folder `root`, wherever its links lead, but for those of /proc.
std::expected<FileDescriptor, Errno> open_anywhere(int root, const std::string& path, int flags);

/// What lies at `path`, links below the root followed. Needs no permission on the file itself.
std::expected<struct stat, Errno> stat_beneath(int root, const std::string& path);

}  // namespace docmill
