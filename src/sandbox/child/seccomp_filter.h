// The system call filter: what an extraction child may ask of the kernel.
#pragma once

#include <linux/filter.h>
#include <sys/types.h>

#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"

namespace docmill::child {

enum class OnViolation : std::uint8_t {
  kill,  // SIGSYS, no handler
  name,  // fail with ENOSYS, and write the call's name to stderr
};

/// A BPF program over system calls, built once and installed by each child after its fork.
class SeccompFilter {
 public:
  /// An empty filter, which install() refuses with EINVAL.
  SeccompFilter() = default;

  /// The filter for this machine's architecture; calls of any other, x32 included, are violations. `architecture` is
  /// one of libseccomp's SCMP_ARCH_ values, for tests; SCMP_ARCH_NATIVE otherwise.
  ///
  /// Errors: unavailable (libseccomp's word, or no memory).
  static Result<SeccompFilter> build(OnViolation on_violation);
  static Result<SeccompFilter> build(OnViolation on_violation, std::uint32_t architecture);

  /// Put the calling process under the filter for good. Needs PR_SET_NO_NEW_PRIVS or CAP_SYS_ADMIN.
  /// Answers 0, or the errno with which the kernel refused it.
  int install() const;

  std::span<const sock_filter> program() const { return program_; }

 private:
  OnViolation on_violation_ = OnViolation::kill;
  std::vector<sock_filter> program_;
};

}  // namespace docmill::child
