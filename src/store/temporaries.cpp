#include "store/temporaries.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

namespace docmill {
namespace {

constexpr std::string_view prefix = ".docmill-";
constexpr std::string_view suffix = ".tmp";
constexpr std::size_t random_digits = 16;
constexpr int name_tries_max = 100;

bool is_made_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

std::string temporary_name() {
  std::uint64_t random = 0;
  ::arc4random_buf(&random, sizeof random);
  return fmt::format("{}{}-{:016x}{}", prefix, ::getpid(), random, suffix);
}

// Lock the new file. Between its creation and here a cleaner may have taken it for a dead one: then it has the lock,
// or the file is gone.
bool lock_new(int fd) {
  struct stat status{};
  return ::flock(fd, LOCK_EX | LOCK_NB) == 0 && ::fstat(fd, &status) == 0 && status.st_nlink == 1;
}

std::vector<std::string> temporaries_in(int folder) {
  const int fd = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* stream = fd < 0 ? nullptr : ::fdopendir(fd);
  if (stream == nullptr) {
    const FileDescriptor closes(fd);
    return {};
  }
  std::vector<std::string> names;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this thread's own
  while (const dirent* entry = ::readdir(stream))
    if (is_temporary_name(entry->d_name)) names.emplace_back(entry->d_name);
  ::closedir(stream);
  return names;
}

}  // namespace

bool is_temporary_name(std::string_view name) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return false;
  name.remove_prefix(prefix.size());
  const std::size_t dash = name.find('-');
  if (dash == std::string_view::npos || name.size() != dash + 1 + random_digits + suffix.size()) return false;
  return is_made_of(name.substr(0, dash), "0123456789") &&
         is_made_of(name.substr(dash + 1, random_digits), "0123456789abcdef");
}

std::expected<TemporaryFile, Errno> create_temporary(int folder) {
  for (int tries = 0; tries < name_tries_max; ++tries) {
    const std::string name = temporary_name();
    // 0644 less the umask, as the finished file is to have: the kernel also applies the folder's default ACL.
    FileDescriptor fd(::openat(folder, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!fd && errno != EEXIST) return std::unexpected(Errno{errno});
    if (fd && lock_new(fd.get())) return TemporaryFile{std::move(fd), name};
  }
  return std::unexpected(Errno{EAGAIN});
}

void remove_dead_temporaries(int folder) {
  for (const std::string& name : temporaries_in(folder)) {
    const FileDescriptor fd(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) ::unlinkat(folder, name.c_str(), 0);
  }
}

}  // namespace docmill
