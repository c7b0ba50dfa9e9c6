#include "sandbox/child/descriptors.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>

namespace docmill::child {
namespace {

bool close_between(unsigned first, unsigned last) {
  return first > last || ::syscall(SYS_close_range, first, last, 0) == 0;
}

bool close_by_ranges(std::span<const int> keep) {
  unsigned first = 0;
  for (const int fd : keep) {
    const auto kept = static_cast<unsigned>(fd);
    if (kept > 0 && !close_between(first, kept - 1)) return false;
    first = kept + 1;
  }
  return close_between(first, UINT_MAX);
}

void close_unless_kept(int fd, std::span<const int> keep) {
  if (!std::ranges::binary_search(keep, fd)) ::close(fd);
}

bool close_by_listing(std::span<const int> keep) {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return false;
  const int own = ::dirfd(directory);
  // The process has one thread, so the static buffer of readdir is safe; "." and ".." read as 0, which may be kept.
  while (const dirent* entry = ::readdir(directory)) {  // NOLINT(concurrency-mt-unsafe)
    const int fd = static_cast<int>(std::strtol(entry->d_name, nullptr, 10));
    if (entry->d_name[0] != '.' && fd != own) close_unless_kept(fd, keep);
  }
  ::closedir(directory);
  return true;
}

void close_one_by_one(std::span<const int> keep) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  for (rlim_t fd = 0; fd < std::min<rlim_t>(limit.rlim_cur, INT_MAX); ++fd)
    close_unless_kept(static_cast<int>(fd), keep);
}

}  // namespace

void close_descriptors_except(std::span<const int> keep) {
  // close_range came with kernel 5.9, and older container profiles refuse it; where /proc is missing as well, only
  // trying all of them is left.
  if (close_by_ranges(keep) || close_by_listing(keep)) return;
  close_one_by_one(keep);
}

}  // namespace docmill::child
