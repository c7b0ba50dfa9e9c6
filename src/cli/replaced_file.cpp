#include "cli/replaced_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <span>
#include <string>
#include <system_error>

namespace docmill {
namespace {

std::unexpected<Error> failed(const std::filesystem::path& path, const char* what, int code) {
  return fail(ErrorKind::unavailable, path.native(),
              std::string("cannot be ") + what + ": " + std::generic_category().message(code));
}

/// 0, or errno.
int write_all(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

int write_and_flush(int fd, const Blob& bytes) {
  int code = 0;
  bytes.visit_pieces([&](std::span<const std::byte> piece) {
    if (code == 0) code = write_all(fd, piece);
  });
  if (code == 0 && ::fsync(fd) != 0) code = errno;
  return code;
}

}  // namespace

Result<void> replace_file(const std::filesystem::path& path, const Blob& bytes) {
  // Beside it: only there it can take its name in one step.
  const std::string temporary = path.native() + ".docmill-" + std::to_string(::getpid());
  FileDescriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file) return failed(path, "made", errno);
  int code = write_and_flush(file.get(), bytes);
  file.reset();
  if (code == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) code = errno;
  if (code == 0) return {};
  ::unlink(temporary.c_str());
  return failed(path, "written", code);
}

}  // namespace docmill
