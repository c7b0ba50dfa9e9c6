// Outer system call filters that make this machine look like a platform on which docmill has to run.
#pragma once

#include <linux/sched.h>
#include <seccomp.h>
#include <sys/prctl.h>

#include <cerrno>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace docmill::test {

enum class Platform {
  fargate,  // no namespaces, an old kernel: tier A
  lambda,   // no seccomp, ptrace, chroot either: tier B
  none,     // no resource limits either: nothing to build a sandbox of
};

inline std::optional<Platform> platform_from(std::string_view name) {
  if (name == "fargate") return Platform::fargate;
  if (name == "lambda") return Platform::lambda;
  if (name == "none") return Platform::none;
  return std::nullopt;
}

class OuterFilter {
 public:
  OuterFilter() : context_(seccomp_init(SCMP_ACT_ALLOW)) {}
  OuterFilter(const OuterFilter&) = delete;
  OuterFilter& operator=(const OuterFilter&) = delete;
  ~OuterFilter() { seccomp_release(context_); }

  void refuse(int error, std::initializer_list<int> syscalls) {
    for (const int syscall : syscalls)
      ok_ = ok_ && seccomp_rule_add_array(context_, SCMP_ACT_ERRNO(error), syscall, 0, nullptr) == 0;
  }
  void refuse_if(int error, int syscall, scmp_arg_cmp argument) {
    ok_ = ok_ && seccomp_rule_add_array(context_, SCMP_ACT_ERRNO(error), syscall, 1, &argument) == 0;
  }
  void kill(std::initializer_list<int> syscalls) {
    for (const int syscall : syscalls)
      ok_ = ok_ && seccomp_rule_add_array(context_, SCMP_ACT_KILL_PROCESS, syscall, 0, nullptr) == 0;
  }
  /// False when the filter could not be built or the kernel refuses it.
  bool install() { return ok_ && seccomp_load(context_) == 0; }

 private:
  scmp_filter_ctx context_;
  bool ok_ = true;
};

inline void refuse_as_fargate(OuterFilter& filter) {
  filter.refuse(EPERM,
                {SCMP_SYS(unshare), SCMP_SYS(mount), SCMP_SYS(setns), SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd)});
  for (const scmp_datum_t flag : {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS})
    filter.refuse_if(EPERM, SCMP_SYS(clone), {0, SCMP_CMP_MASKED_EQ, flag, flag});
  filter.refuse(ENOSYS, {SCMP_SYS(clone3), SCMP_SYS(landlock_create_ruleset)});
}

inline void refuse_as_lambda(OuterFilter& filter) {
  refuse_as_fargate(filter);
  filter.refuse(EPERM, {SCMP_SYS(seccomp), SCMP_SYS(ptrace), SCMP_SYS(chroot)});
  filter.refuse_if(EPERM, SCMP_SYS(prctl), {0, SCMP_CMP_EQ, PR_SET_SECCOMP, 0});
}

inline void refuse_as_none(OuterFilter& filter) {
  refuse_as_lambda(filter);
  filter.refuse(EPERM, {SCMP_SYS(setrlimit)});
  filter.refuse_if(EPERM, SCMP_SYS(prlimit64), {2, SCMP_CMP_NE, 0, 0});  // reading stays possible
  filter.refuse_if(EPERM, SCMP_SYS(prctl), {0, SCMP_CMP_EQ, PR_SET_NO_NEW_PRIVS, 0});
}

/// Put the calling process and its descendants behind the platform's filter for good.
inline bool impersonate(Platform platform) {
  OuterFilter filter;
  switch (platform) {
    case Platform::fargate:
      refuse_as_fargate(filter);
      break;
    case Platform::lambda:
      refuse_as_lambda(filter);
      break;
    case Platform::none:
      refuse_as_none(filter);
      break;
  }
  return filter.install();
}

}  // namespace docmill::test
