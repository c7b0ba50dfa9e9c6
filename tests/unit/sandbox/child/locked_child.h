// Runs a function in a forked child after lock_down(), and tells how the child ended.
#pragma once

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <optional>
#include <ostream>
#include <span>

#include "impostor/outer_filter.h"
#include "sandbox/child/lockdown.h"

namespace docmill::child::test {

/// How a child ended: one of the two is set.
struct Ending {
  std::optional<int> exit_code;
  std::optional<int> signal;
  bool operator==(const Ending&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Ending& ending) {
  if (ending.signal) return out << "killed by signal " << *ending.signal;
  return out << "exit code " << ending.exit_code.value_or(-1);
}

inline Ending exited(int code) { return {.exit_code = code, .signal = std::nullopt}; }
inline Ending killed(int signal) { return {.exit_code = std::nullopt, .signal = signal}; }

inline Ending reap(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? killed(WTERMSIG(status)) : exited(WEXITSTATUS(status));
}

/// Exit codes of children that never reached the function; no errno is that high.
inline constexpr int no_impostor = 200;
inline constexpr int no_lockdown = 201;
inline constexpr int wrong_tier = 202;

struct ChildSetup {
  LockdownMode mode = LockdownMode::enforce;
  Tier tier = Tier::A;                                             // that lock_down must answer
  std::optional<docmill::test::Platform> platform = std::nullopt;  // whose filter to stand behind before the lockdown
  LockdownSettings settings = {};  // parent_pid and, where empty, keep_fds are filled in
};

inline ChildSetup tier_b() { return {.tier = Tier::B, .platform = docmill::test::Platform::lambda}; }

/// Fork, lock down, run `work` and exit with its answer.
inline Ending run_locked(const std::function<int()>& work, ChildSetup setup = {}) {
  auto prepared = prepare_lockdown(setup.mode);
  EXPECT_TRUE(prepared.has_value());
  static constexpr std::array standard_fds{0, 1, 2};
  if (setup.settings.keep_fds.empty()) setup.settings.keep_fds = standard_fds;
  setup.settings.parent_pid = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) return reap(child);
  if (setup.platform && !docmill::test::impersonate(*setup.platform)) ::_exit(no_impostor);
  const auto tier = lock_down(*prepared, setup.settings);
  if (!tier) ::_exit(no_lockdown);
  if (*tier != setup.tier) ::_exit(wrong_tier);
  ::_exit(work());
}

/// 0 when the call succeeded, else its errno.
inline int error_of(long answer) { return answer < 0 ? errno : 0; }

}  // namespace docmill::child::test
