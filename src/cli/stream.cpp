#include "cli/stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include "cli/values.h"

namespace docmill {
namespace {

constexpr std::string_view standard_input = "-";
constexpr int look_interval_ms = 100;  // how often it is looked whether the program was told to stop

std::unexpected<Error> failed(const std::string& name, int cause) {
  return fail(ErrorKind::unavailable, name, std::generic_category().message(cause));
}

// A pipe that nobody writes to yet does not hold up the open: poll() waits, where `stop` is seen.
Result<FileDescriptor> open_stream(const std::string& name) {
  const auto path = parse_path(name);
  const int fd = name == standard_input ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                        : ::open(path->c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return failed(name, errno);
  return FileDescriptor(fd);
}

}  // namespace

bool is_stream(std::string_view name) {
  if (name == standard_input) return true;
  const auto path = parse_path(name);
  struct stat status{};
  if (!path || ::stat(path->c_str(), &status) != 0 || S_ISDIR(status.st_mode)) return false;
  std::error_code error;
  static_cast<void>(std::filesystem::canonical(*path, error));
  return !S_ISREG(status.st_mode) || error;
}

Result<Blob> read_stream(const std::string& name, std::uint64_t size_bytes_max, const std::stop_token& stop) {
  const auto stream = open_stream(name);
  if (!stream) return std::unexpected(stream.error());
  BlobBuilder builder;
  std::uint64_t size_bytes = 0;
  std::array<std::byte, 65536> piece{};
  while (!stop.stop_requested()) {
    pollfd ready{.fd = stream->get(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, look_interval_ms) == 0) continue;
    const ssize_t count = ::read(stream->get(), piece.data(), piece.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return failed(name, errno);
    if (count == 0) return std::move(builder).seal();
    size_bytes += static_cast<std::uint64_t>(count);
    if (size_bytes > size_bytes_max)
      return fail(ErrorKind::limit_bytes, name, fmt::format("more than {} bytes, which is the limit", size_bytes_max));
    if (auto added = builder.append(std::span(piece).first(static_cast<std::size_t>(count))); !added)
      return std::unexpected(std::move(added).error().within(name));
  }
  return fail(ErrorKind::unavailable, name, "told to stop before its end");
}

}  // namespace docmill
