#include "sandbox/child/oom_score.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "base/blob.h"

namespace docmill::child {
namespace {

constexpr const char* path = "/proc/self/oom_score_adj";
constexpr std::string_view highest = "1000";

int write_highest() {
  const FileDescriptor file(::open(path, O_WRONLY | O_CLOEXEC));
  if (!file) return errno;
  return ::write(file.get(), highest.data(), highest.size()) < 0 ? errno : 0;
}

bool is_highest() {
  const FileDescriptor file(::open(path, O_RDONLY | O_CLOEXEC));
  std::array<char, 8> text{};
  const ssize_t size = file ? ::read(file.get(), text.data(), text.size()) : -1;
  return size > 0 && std::string_view(text.data(), static_cast<std::size_t>(size)).starts_with(highest);
}

}  // namespace

int raise_oom_score() {
  const int error = write_highest();
  return error == 0 || is_highest() ? 0 : error;
}

}  // namespace docmill::child
