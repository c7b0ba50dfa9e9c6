#include "mill/run_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace docmill {

Result<FileDescriptor> lock_run(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::filesystem::path path = folder / "lock";
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!file)
    return fail(errno == ENOSPC ? ErrorKind::unavailable : ErrorKind::denied, path.string(),
                std::generic_category().message(errno));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 32> holder{};
    const ssize_t got = ::pread(file.get(), holder.data(), holder.size() - 1, 0);
    return fail(ErrorKind::unavailable, folder.parent_path().string(),
                fmt::format("another sweep writes here{}; wait for its end, or give this one another --out",
                            got > 0 ? fmt::format(" (process {})", holder.data()) : ""));
  }
  const std::string pid = std::to_string(::getpid());
  // For the message above only.
  if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), pid.data(), pid.size(), 0) < 0) return file;
  return file;
}

}  // namespace docmill
