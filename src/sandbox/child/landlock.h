// Landlock: an unprivileged process takes files, TCP ports and signals away from itself. Kernel 5.13 and later.
#pragma once

namespace docmill::child {

/// The kernel's Landlock version, 1 or more; 0 where there is none or it is refused.
int landlock_version();

/// Forbid everything that this kernel's Landlock knows of. Open descriptors keep working. Needs one free descriptor and
/// PR_SET_NO_NEW_PRIVS. Answers 0, or the errno with which the kernel refused it.
int landlock_forbid_everything();

}  // namespace docmill::child
