#include "sandbox/child/resource_limits.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>

#include "document/limits.h"

namespace docmill::child {
namespace {

constexpr rlim_t stack_bytes_max = 8 * MiB;  // deep recursion in a document ends in SIGSEGV

// Keeps the first errno over many calls.
class Setter {
 public:
  /// A hard limit that is lower already stays: only root can raise it.
  void set(int resource, rlim_t soft, rlim_t hard) {
    rlimit limit{};
    const auto which = static_cast<__rlimit_resource_t>(resource);
    if (::getrlimit(which, &limit) != 0) note();
    limit.rlim_max = std::min(hard, limit.rlim_max);
    limit.rlim_cur = std::min(soft, limit.rlim_max);
    if (::setrlimit(which, &limit) != 0) note();
  }
  void set(int resource, rlim_t both) { set(resource, both, both); }
  int error() const { return error_; }

 private:
  void note() {
    if (error_ == 0) error_ = errno;
  }
  int error_ = 0;
};

void limit_memory([[maybe_unused]] Setter& setter, [[maybe_unused]] rlim_t bytes) {
#ifndef DOCMILL_SANITIZER  // a sanitizer's shadow memory takes terabytes of address space
  setter.set(RLIMIT_AS, bytes);
  setter.set(RLIMIT_DATA, bytes);
#endif
  setter.set(RLIMIT_STACK, stack_bytes_max);
  setter.set(RLIMIT_MEMLOCK, 0);
}

}  // namespace

int set_resource_limits(const ResourceLimits& limits) {
  Setter setter;
  limit_memory(setter, limits.address_space_bytes_max);
  const auto cpu_seconds = static_cast<rlim_t>(limits.cpu_time_max.count());
  setter.set(RLIMIT_CPU, cpu_seconds, cpu_seconds + 1);  // SIGXCPU says what happened; SIGKILL comes a second later
  setter.set(RLIMIT_FSIZE, limits.file_size_bytes_max);
  setter.set(RLIMIT_CORE, 0);
  setter.set(RLIMIT_NPROC, 0);  // root is exempt
  setter.set(RLIMIT_NOFILE, 0);

  Setter optional;  // gVisor does not know them, and nothing depends on them where no descriptor can be had
  optional.set(RLIMIT_SIGPENDING, 0);
  optional.set(RLIMIT_MSGQUEUE, 0);
  return setter.error();
}

}  // namespace docmill::child
