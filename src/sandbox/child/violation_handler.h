// Audit mode: names a system call that the filter does not know, where enforcing would kill.
#pragma once

namespace docmill::child {

/// Look up the names of all system calls, while memory may still be allocated. Once per process, before its children.
void prepare_violation_handler();

/// From now on SIGSYS writes "docmill-extract: system call NUMBER (NAME) is not in the filter" to stderr, and the call
/// fails with ENOSYS.
void install_violation_handler();

}  // namespace docmill::child
