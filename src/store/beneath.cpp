#include "store/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string_view>

namespace docmill {
namespace {

// The kernel answers EAGAIN when a rename elsewhere raced with a ".." in a link.
constexpr int race_retries_max = 64;

std::unexpected<Errno> last_error() { return std::unexpected(Errno{errno}); }

int openat2_once(int root, const std::string& path, int flags, std::uint64_t resolve) {
  struct open_how how{};
  how.flags = static_cast<unsigned>(flags);
  how.resolve = resolve;
  return static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
}

// One component. O_PATH with O_NOFOLLOW opens a link itself, so that case is told apart afterwards.
std::expected<FileDescriptor, Errno> open_component(int folder, const std::string& name, int flags) {
  if (name == "..") return std::unexpected(Errno{EXDEV});
  FileDescriptor fd(::openat(folder, name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) {
    struct stat status{};
    const int error = errno;
    const bool is_link = ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
    return std::unexpected(Errno{is_link ? EXDEV : error});
  }
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return last_error();
  if (S_ISLNK(status.st_mode)) return std::unexpected(Errno{EXDEV});
  return fd;
}

}  // namespace

std::expected<FileDescriptor, Errno> open_beneath_by_walking(int root, const std::string& path, int flags) {
  if (path.starts_with('/')) return std::unexpected(Errno{EXDEV});
  FileDescriptor folder;
  std::string_view rest = path;
  for (;;) {
    const int from = folder ? folder.get() : root;
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) return open_component(from, std::string(rest), flags);
    auto next = open_component(from, std::string(rest.substr(0, slash)), O_PATH | O_DIRECTORY);
    if (!next) return next;
    folder = std::move(*next);
    rest.remove_prefix(slash + 1);
  }
}

std::expected<FileDescriptor, Errno> open_beneath(int root, const std::string& path, int flags) {
  for (int tries = 0; tries < race_retries_max; ++tries) {
    FileDescriptor fd(openat2_once(root, path, flags | O_CLOEXEC, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS));
    if (fd) return fd;
    if (errno == ENOSYS || errno == EPERM) return open_beneath_by_walking(root, path, flags);
    if (errno != EAGAIN && errno != EINTR) return last_error();
  }
  return std::unexpected(Errno{EAGAIN});
}

std::expected<FileDescriptor, Errno> open_anywhere(int root, const std::string& path, int flags) {
  for (int tries = 0; tries < race_retries_max; ++tries) {
    FileDescriptor fd(openat2_once(root, path, flags | O_CLOEXEC, RESOLVE_NO_MAGICLINKS));
    if (!fd && (errno == ENOSYS || errno == EPERM))
      fd = FileDescriptor(::openat(root, path.c_str(), flags | O_CLOEXEC));
    if (fd) return fd;
    if (errno != EAGAIN && errno != EINTR) return last_error();
  }
  return std::unexpected(Errno{EAGAIN});
}

std::expected<struct stat, Errno> stat_beneath(int root, const std::string& path) {
  auto fd = open_beneath(root, path, O_PATH);
  if (!fd) return std::unexpected(fd.error());
  struct stat status{};
  if (::fstat(fd->get(), &status) != 0) return last_error();
  return status;
}

}  // namespace docmill
