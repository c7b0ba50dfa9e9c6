// System calls that a locked-down child must not get away with, tried for real.
#pragma once

#ifdef DOCMILL_TESTING

#include <optional>
#include <string>
#include <string_view>

namespace docmill::extract {

/// Try the call and undo what it did. "open: allowed", "open: denied EACCES"; nothing when there is no such attempt. A
/// filter that kills does not let it return; neither does an execve that succeeds.
std::optional<std::string> attempt(std::string_view name);

}  // namespace docmill::extract

#endif
