#include "mill/run_lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

TEST(RunLock, IsTakenOnceAndGoesWithItsDescriptor) {
  const TemporaryFolder folder;
  const auto place = folder / "out/_docmill/journal";
  {
    const auto first = lock_run(place);
    ASSERT_TRUE(first) << first.error().text();
    const auto second = lock_run(place);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
    EXPECT_NE(second.error().message.find("process " + std::to_string(::getpid())), std::string::npos);
  }
  EXPECT_TRUE(lock_run(place));
}

TEST(RunLock, OtherFoldersAreFree) {
  const TemporaryFolder folder;
  const auto first = lock_run(folder / "a");
  EXPECT_TRUE(first);
  EXPECT_TRUE(lock_run(folder / "b"));
}

TEST(RunLock, GoesWhenItsProcessIsKilled) {
  const TemporaryFolder folder;
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const auto lock = lock_run(folder.path());
    const char ready = lock ? '1' : '0';
    if (::write(ends[1], &ready, 1) == 1) ::pause();
    ::_exit(1);
  }
  char ready = 0;
  ASSERT_EQ(::read(ends[0], &ready, 1), 1);
  ASSERT_EQ(ready, '1');
  const auto refused = lock_run(folder.path());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("process " + std::to_string(holder)), std::string::npos);
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  EXPECT_TRUE(lock_run(folder.path()));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(RunLock, FileThatCannotBeMadeIsDenied) {
  const TemporaryFolder folder;
  folder.write("file", "in the way");
  const auto refused = lock_run(folder / "file");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);
}

}  // namespace
}  // namespace docmill
