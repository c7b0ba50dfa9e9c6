// Who dies first when memory runs out.
#pragma once

namespace docmill::child {

/// Make the calling process, and those that it forks from now on, the kernel's first choice. Answers 0, also where it
/// is so already, or the errno.
int raise_oom_score();

}  // namespace docmill::child
