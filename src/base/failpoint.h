// Named places where a test can make the program die, fail or wait. Absent from release builds.
//
// DOCMILL_FAIL=step:action[:n][,step:action[:n]...] in the environment of a test build. Actions:
//   kill        SIGKILL to the own process at the n-th pass (from 1, default 1)
//   error       the pass reports failure from the n-th on (only where the code asks for it)
//   delay=MS    waits so many milliseconds at each pass
#pragma once

#include <string_view>

namespace docmill {

#ifdef DOCMILL_TESTING
/// Passes the named step; true when the test wants it to fail.
bool failpoint_hit(std::string_view step);
/// In place of what DOCMILL_FAIL says, for tests within this process.
void set_failpoints(std::string_view rules);
#define DOCMILL_FAILPOINT(step) ::docmill::failpoint_hit(step)
#else
#define DOCMILL_FAILPOINT(step) false
#endif

}  // namespace docmill
