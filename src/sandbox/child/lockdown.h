// What a freshly forked extraction child calls before it reads a document: it gives up every right that extraction does
// not need. layers.h lists what that is, in order; probe.h tries it out.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/blob.h"
#include "base/error.h"
#include "document/limits.h"
#include "sandbox/child/seccomp_filter.h"

namespace docmill::child {

/// How far the walls reach. A: the system call filter and resource limits. B: resource limits alone, where the platform
/// refuses the filter (Lambda). none: neither.
enum class Tier : std::uint8_t { none, B, A };

/// "A", "B", "none".
std::string_view name_of(Tier tier);

enum class LockdownMode : std::uint8_t {
  enforce,
  audit,  // a system call outside the filter fails with ENOSYS and is named on stderr; all else as in enforce
  off,    // for benchmarks: descriptors, session and the parent-death signal only
};

struct LockdownSettings {
  std::span<const int> keep_fds = {};     // stay open; ascending
  pid_t parent_pid = 0;                   // who forked this process, as it called itself before the fork
  std::uint64_t memory_bytes_max = GiB;   // resident; address space and data end at 1.5 times this, since they are
                                          // coarse and the parent watches resident memory
  std::chrono::seconds cpu_time_max{62};  // SIGXCPU then, SIGKILL a second later
  std::uint64_t file_size_bytes_max = 0;  // of a file or memfd written to (SIGXFSZ past it); pipes have no size
  bool require_seccomp = false;           // tier A, or an error
};

/// What all children share. Made once by the zygote, before it forks.
struct PreparedLockdown {
  LockdownMode mode = LockdownMode::enforce;
  SeccompFilter filter;
  FileDescriptor empty_directory;  // invalid where none could be made: its two layers are then left out
};

/// Errors: unavailable (libseccomp cannot build the filter).
Result<PreparedLockdown> prepare_lockdown(LockdownMode mode);

/// For the zygote at its start, after prepare_lockdown(): no process of the same user may trace it or read its memory,
/// where a hijacked child of tier B would otherwise take it over; and the kernel picks it and its children first when
/// memory runs out, never the parent. Its children could not say so of themselves any more: the files under /proc of
/// such a process are root's.
void protect_zygote();

/// Lock the calling process down for good. It must have one thread and be a fork, not the group's leader. Takes no heap
/// memory unless it fails. The parent-death signal fires when the *thread* that forked this process ends.
///
/// Answers the tier reached, in mode off always Tier::none. A layer that the platform refuses is left out: whether the
/// rest is enough is told by the tier.
///
/// Errors: unavailable (tier none in a mode other than off; less than tier A where `require_seccomp`; the parent has
/// ended already). The process is then partly locked down and should end.
Result<Tier> lock_down(const PreparedLockdown& prepared, const LockdownSettings& settings);

}  // namespace docmill::child
