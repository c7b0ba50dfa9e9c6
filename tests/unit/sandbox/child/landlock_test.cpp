#include "sandbox/child/landlock.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>

#include "unit/sandbox/child/locked_child.h"

namespace docmill::child::test {
namespace {

Ending run_behind_landlock(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child != 0) return reap(child);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (landlock_forbid_everything() != 0) ::_exit(no_lockdown);
  ::_exit(work());
}

class Landlock : public testing::Test {
 protected:
  void need(int version) {
    if (landlock_version() < version) GTEST_SKIP() << "needs a kernel with Landlock version " << version;
  }
};

TEST_F(Landlock, NoFileCanBeOpenedOrMade) {
  need(1);
  EXPECT_EQ(run_behind_landlock([] { return error_of(::open("/dev/null", O_RDONLY)); }), exited(EACCES));
  EXPECT_EQ(run_behind_landlock([] { return error_of(::open("/tmp/docmill-new", O_CREAT | O_WRONLY, 0600)); }),
            exited(EACCES));
}

TEST_F(Landlock, OpenDescriptorsKeepWorking) {
  need(1);
  const int file = ::open("/dev/zero", O_RDONLY);
  char byte = 'x';
  EXPECT_EQ(run_behind_landlock([&] { return ::read(file, &byte, 1) == 1 && byte == 0 ? 0 : 1; }), exited(0));
  ::close(file);
}

TEST_F(Landlock, NoPortCanBeReached) {
  need(4);
  EXPECT_EQ(run_behind_landlock([] {
              const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
              sockaddr_in address{};
              address.sin_family = AF_INET;
              address.sin_port = htons(9);
              address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
              return error_of(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address));
            }),
            exited(EACCES));
}

TEST_F(Landlock, NoOtherProcessCanBeSignalled) {
  need(6);
  const pid_t parent = ::getpid();
  EXPECT_EQ(run_behind_landlock([parent] { return error_of(::kill(parent, 0)); }), exited(EPERM));
  EXPECT_EQ(run_behind_landlock([] { return ::raise(SIGABRT); }), killed(SIGABRT));
}

TEST(LandlockRefused, AnswersTheErrno) {
  const pid_t child = ::fork();
  if (child == 0) {
    docmill::test::OuterFilter filter;
    filter.refuse(ENOSYS, {SCMP_SYS(landlock_create_ruleset)});
    if (!filter.install()) ::_exit(no_impostor);
    ::_exit(landlock_version() == 0 ? landlock_forbid_everything() : 0);
  }
  EXPECT_EQ(reap(child), exited(ENOSYS));
}

}  // namespace
}  // namespace docmill::child::test
