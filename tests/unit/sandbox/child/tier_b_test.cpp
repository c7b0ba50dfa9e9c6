// What is left where the platform refuses the filter: a process that can open nothing, start nothing, and not go back.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "unit/sandbox/child/locked_child.h"

namespace docmill::child::test {
namespace {

TEST(TierB, NothingCanBeOpened) {
  EXPECT_EQ(run_locked([] { return error_of(::open("/dev/null", O_RDONLY)); }, tier_b()), exited(EMFILE));
}

TEST(TierB, NoSocketCanBeHad) {
  EXPECT_EQ(run_locked([] { return error_of(::socket(AF_INET, SOCK_STREAM, 0)); }, tier_b()), exited(EMFILE));
}

TEST(TierB, NoDescriptorCanBeCopied) {
  EXPECT_EQ(run_locked([] { return error_of(::dup(1)); }, tier_b()), exited(EMFILE));
}

TEST(TierB, NoMemoryFileCanBeMade) {
  EXPECT_EQ(run_locked([] { return error_of(::memfd_create("x", 0)); }, tier_b()), exited(EMFILE));
}

TEST(TierB, NoProcessCanBeStarted) {
  EXPECT_EQ(run_locked([] { return error_of(::fork()); }, tier_b()), exited(EAGAIN));
}

TEST(TierB, LimitsCannotBeRaisedAgain) {
  for (const auto resource : {RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_STACK, RLIMIT_CPU, RLIMIT_FSIZE})
    EXPECT_EQ(run_locked(
                  [resource] {
                    const rlimit limit{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
                    return error_of(::setrlimit(resource, &limit));
                  },
                  tier_b()),
              exited(EPERM));
}

// The zygote's memory: docmill-extract calls protect_zygote() before its first child.
TEST(TierB, ParentsMemoryCannotBeRead) {
  static const char secret = 's';
  const pid_t zygote = ::fork();
  if (zygote == 0) {
    protect_zygote();
    const pid_t own_pid = ::getpid();
    const auto read_secret = [own_pid] {
      char byte = 0;
      const iovec local{.iov_base = &byte, .iov_len = 1};
      const iovec remote{.iov_base = const_cast<char*>(&secret), .iov_len = 1};
      return error_of(::process_vm_readv(own_pid, &local, 1, &remote, 1, 0));
    };
    ::_exit(run_locked(read_secret, tier_b()) == exited(EPERM) ? 0 : 1);
  }
  EXPECT_EQ(reap(zygote), exited(0));
}

TEST(TierB, IsAnErrorWhereTheFilterIsRequired) {
  ChildSetup setup = tier_b();
  setup.settings.require_seccomp = true;
  EXPECT_EQ(run_locked([] { return 0; }, setup), exited(no_lockdown));
}

TEST(NoTier, IsAnError) {
  const ChildSetup setup{.platform = docmill::test::Platform::none};
  EXPECT_EQ(run_locked([] { return 0; }, setup), exited(no_lockdown));
}

}  // namespace
}  // namespace docmill::child::test
