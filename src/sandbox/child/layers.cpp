#include "sandbox/child/layers.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "sandbox/child/descriptors.h"
#include "sandbox/child/landlock.h"
#include "sandbox/child/oom_score.h"
#include "sandbox/child/resource_limits.h"

namespace docmill::child {
namespace {

constexpr uid_t nobody = 65534;

constexpr std::array<std::string_view, layer_count> names{
    "empty_directory", "descriptors",  "oom_score",    "session",  "chroot", "user",
    "parent_death",    "not_dumpable", "no_new_privs", "landlock", "limits", "seccomp"};

constexpr LayerOutcome skipped{LayerState::skipped, 0};
constexpr LayerOutcome applied{LayerState::applied, 0};

LayerOutcome refused(int error) { return {LayerState::refused, error}; }
LayerOutcome by_errno(int error) { return error == 0 ? applied : refused(error); }
LayerOutcome by_answer(long answer) { return answer == 0 ? applied : refused(errno); }

LayerOutcome take_empty_directory(const PreparedLockdown& prepared, const LockdownSettings& /*settings*/) {
  return prepared.empty_directory ? by_answer(::fchdir(prepared.empty_directory.get())) : skipped;
}

LayerOutcome take_descriptors(const PreparedLockdown& /*prepared*/, const LockdownSettings& settings) {
  close_descriptors_except(settings.keep_fds);
  return applied;
}

LayerOutcome take_oom_score(const PreparedLockdown& /*prepared*/, const LockdownSettings& /*settings*/) {
  return by_errno(raise_oom_score());
}

LayerOutcome take_session(const PreparedLockdown& /*prepared*/, const LockdownSettings& /*settings*/) {
  return by_answer(::setsid() >= 0 ? 0 : -1);
}

bool holds_session(const LockdownSettings& /*settings*/) { return ::getsid(0) == ::getpid(); }

LayerOutcome take_chroot(const PreparedLockdown& prepared, const LockdownSettings& /*settings*/) {
  return ::geteuid() == 0 && prepared.empty_directory ? by_answer(::chroot(".")) : skipped;
}

bool holds_chroot(const LockdownSettings& /*settings*/) { return ::access("/proc", F_OK) != 0; }

LayerOutcome take_user(const PreparedLockdown& /*prepared*/, const LockdownSettings& /*settings*/) {
  if (::geteuid() != 0) return skipped;
  if (::setgroups(0, nullptr) != 0) return refused(errno);
  if (::setresgid(nobody, nobody, nobody) != 0) return refused(errno);
  return by_answer(::setresuid(nobody, nobody, nobody));
}

bool holds_user(const LockdownSettings& /*settings*/) { return ::geteuid() == nobody && ::setuid(0) != 0; }

// After the change of user, which clears the signal. A parent that ended before the call would never send it.
LayerOutcome take_parent_death(const PreparedLockdown& /*prepared*/, const LockdownSettings& settings) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return refused(errno);
  return ::getppid() == settings.parent_pid ? applied : refused(ESRCH);
}

bool holds_parent_death(const LockdownSettings& /*settings*/) {
  int signal = 0;
  return ::prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0) == 0 && signal == SIGKILL;
}

LayerOutcome take_not_dumpable(const PreparedLockdown& /*prepared*/, const LockdownSettings& /*settings*/) {
  return by_answer(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}

bool holds_not_dumpable(const LockdownSettings& /*settings*/) { return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0; }

LayerOutcome take_no_new_privs(const PreparedLockdown& /*prepared*/, const LockdownSettings& /*settings*/) {
  return by_answer(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

bool holds_no_new_privs(const LockdownSettings& /*settings*/) { return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1; }

LayerOutcome take_landlock(const PreparedLockdown& /*prepared*/, const LockdownSettings& /*settings*/) {
  const int error = landlock_forbid_everything();
  return error == 0 ? LayerOutcome{LayerState::applied, landlock_version()} : refused(error);
}

bool holds_landlock(const LockdownSettings& /*settings*/) {
  return ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) < 0 && errno == EACCES;
}

// After everything that needs a free descriptor.
LayerOutcome take_limits(const PreparedLockdown& /*prepared*/, const LockdownSettings& settings) {
  return by_errno(set_resource_limits({.address_space_bytes_max = settings.memory_bytes_max / 2 * 3,
                                       .cpu_time_max = settings.cpu_time_max,
                                       .file_size_bytes_max = settings.file_size_bytes_max}));
}

bool holds_limits(const LockdownSettings& settings) {
  return !settings.keep_fds.empty() && ::fcntl(settings.keep_fds.front(), F_DUPFD_CLOEXEC, 0) < 0;
}

LayerOutcome take_seccomp(const PreparedLockdown& prepared, const LockdownSettings& /*settings*/) {
  return by_errno(prepared.filter.install());
}

// The filter's own answer: without it the answer is a descriptor or, under the limits, EMFILE.
bool holds_seccomp(const LockdownSettings& /*settings*/) {
  return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0 && errno == EPERM;
}

constexpr std::array<Step, layer_count> all_steps{{
    {Layer::empty_directory, take_empty_directory, nullptr},
    {Layer::descriptors, take_descriptors, nullptr},
    {Layer::oom_score, take_oom_score, nullptr},
    {Layer::session, take_session, holds_session},
    {Layer::chroot, take_chroot, holds_chroot},
    {Layer::user, take_user, holds_user},
    {Layer::parent_death, take_parent_death, holds_parent_death},
    {Layer::not_dumpable, take_not_dumpable, holds_not_dumpable},
    {Layer::no_new_privs, take_no_new_privs, holds_no_new_privs},
    {Layer::landlock, take_landlock, holds_landlock},
    {Layer::limits, take_limits, holds_limits},
    {Layer::seccomp, take_seccomp, holds_seccomp},
}};

constexpr std::array<Step, 3> housekeeping_steps{{
    {Layer::descriptors, take_descriptors, nullptr},
    {Layer::session, take_session, holds_session},
    {Layer::parent_death, take_parent_death, holds_parent_death},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < all_steps.size(); ++i)
    if (std::to_underlying(all_steps[i].layer) != i) return false;
  return true;
}
static_assert(in_order(), "the steps stand in the order of the enum");

}  // namespace

std::string_view name_of(Layer layer) { return names[std::to_underlying(layer)]; }

std::span<const Step> steps_of(LockdownMode mode) {
  if (mode == LockdownMode::off) return housekeeping_steps;
  return all_steps;
}

Tier tier_of(LayerOutcome limits, LayerOutcome seccomp) {
  if (seccomp.state == LayerState::applied) return Tier::A;
  return limits.state == LayerState::applied ? Tier::B : Tier::none;
}

}  // namespace docmill::child
