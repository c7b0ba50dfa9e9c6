#include "telemetry/stderr_line.h"

#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <utility>

namespace docmill {
namespace {

constexpr std::string_view clear_line = "\r\x1b[K";

struct Stderr {
  std::mutex mutex;
  std::string live_line;
};

// Never destroyed: a thread may still log while the process ends.
Stderr& shared() {
  static auto& instance = *new Stderr;
  return instance;
}

void write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void write_stderr_line(std::string_view line) {
  Stderr& out = shared();
  const std::lock_guard lock(out.mutex);
  std::string bytes;
  if (!out.live_line.empty()) bytes += clear_line;
  bytes += line;
  bytes += '\n';
  bytes += out.live_line;
  write_all(bytes);
}

void set_live_line(std::string line) {
  Stderr& out = shared();
  const std::lock_guard lock(out.mutex);
  if (line.empty() && out.live_line.empty()) return;
  out.live_line = std::move(line);
  write_all(std::string(clear_line) + out.live_line);
}

}  // namespace docmill
