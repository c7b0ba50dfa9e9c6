// What lock_down() does in every tier.
#include "sandbox/child/lockdown.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "sandbox/child/descriptors.h"
#include "unit/sandbox/child/locked_child.h"

namespace docmill::child::test {
namespace {

[[gnu::noinline]] int recurse(int depth) {
  volatile char frame[4096];
  frame[0] = static_cast<char>(depth);
  return depth < 1'000'000 ? recurse(depth + 1) + frame[0] : 0;  // 4 GB of stack, were there no limit
}

bool is_open(int fd) {
  char byte = 0;
  return ::pread(fd, &byte, 0, 0) == 0 || errno != EBADF;
}

TEST(Lockdown, ClosesAllDescriptorsButTheList) {
  const int document = ::memfd_create("document", 0);
  const int secret = ::memfd_create("secret", 0);
  const int far_away = ::fcntl(secret, F_DUPFD, 500);
  ASSERT_GE(far_away, 500);
  const std::array keep{1, 2, document};
  const auto open_ones = [=] {
    return is_open(0) + 2 * is_open(secret) + 4 * is_open(far_away) + 8 * is_open(document);
  };
  EXPECT_EQ(run_locked(open_ones, {.settings = {.keep_fds = keep}}), exited(8));
  for (const int fd : {document, secret, far_away}) ::close(fd);
}

TEST(CloseDescriptors, WorksWhereCloseRangeIsUnknown) {
  const int kept = ::memfd_create("kept", 0);
  const int closed = ::memfd_create("closed", 0);
  const pid_t child = ::fork();
  if (child == 0) {
    docmill::test::OuterFilter filter;
    filter.refuse(ENOSYS, {SCMP_SYS(close_range)});
    if (!filter.install()) ::_exit(no_impostor);
    close_descriptors_except(std::array{2, kept});
    ::_exit(is_open(0) + 2 * is_open(2) + 4 * is_open(kept) + 8 * is_open(closed));
  }
  EXPECT_EQ(reap(child), exited(6));
  ::close(kept);
  ::close(closed);
}

TEST(CloseDescriptors, WorksWithoutProcToo) {
  const int kept = ::memfd_create("kept", 0);
  const int closed = ::memfd_create("closed", 0);
  const pid_t child = ::fork();
  if (child == 0) {
    docmill::test::OuterFilter filter;
    filter.refuse(ENOSYS, {SCMP_SYS(close_range)});
    filter.refuse(EACCES, {SCMP_SYS(openat)});
    if (!filter.install()) ::_exit(no_impostor);
    close_descriptors_except(std::array{2, kept});
    ::_exit(is_open(0) + 2 * is_open(2) + 4 * is_open(kept) + 8 * is_open(closed));
  }
  EXPECT_EQ(reap(child), exited(6));
  ::close(kept);
  ::close(closed);
}

TEST(Lockdown, LeavesASealedDocumentReadable) {
  const auto blob = make_memory_file(std::as_bytes(std::span("document", 8)));
  ASSERT_TRUE(blob);
  const int file = *blob->file();
  const std::array keep{2, file};
  const auto read_both_ways = [file] {
    char bytes[8];
    if (::pread(file, bytes, 8, 0) != 8 || std::memcmp(bytes, "document", 8) != 0) return 1;
    const void* mapping = ::mmap(nullptr, 8, PROT_READ, MAP_PRIVATE, file, 0);
    return mapping != MAP_FAILED && std::memcmp(mapping, "document", 8) == 0 ? 0 : 2;
  };
  EXPECT_EQ(run_locked(read_both_ways, {.settings = {.keep_fds = keep}}), exited(0));
  ChildSetup b = tier_b();
  b.settings.keep_fds = keep;
  EXPECT_EQ(run_locked(read_both_ways, b), exited(0));
}

TEST(Lockdown, RunsAsNobodyWhenStartedAsRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  EXPECT_EQ(
      run_locked([] { return ::geteuid() == 65534 && ::getegid() == 65534 && ::setuid(0) != 0 ? 0 : 1; }, tier_b()),
      exited(0));
}

int read_number(const char* path) {
  char text[16] = {};
  const int fd = ::open(path, O_RDONLY);
  const ssize_t size = ::read(fd, text, sizeof text - 1);
  ::close(fd);
  return size > 0 ? std::atoi(text) : -1;
}

TEST(Zygote, IsProtectedAndItsChildrenAreTheFirstVictimsWhenMemoryRunsOut) {
  const pid_t zygote = ::fork();
  if (zygote == 0) {
    protect_zygote();
    ::_exit(::prctl(PR_GET_DUMPABLE) == 0 && read_number("/proc/self/oom_score_adj") == 1000 ? 0 : 1);
  }
  EXPECT_EQ(reap(zygote), exited(0));
}

TEST(Lockdown, IsKilledWithItsParent) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  auto prepared = prepare_lockdown(LockdownMode::enforce);
  ASSERT_TRUE(prepared);
  const pid_t parent = ::fork();
  if (parent == 0) {
    const pid_t parent_pid = ::getpid();
    if (::fork() == 0) {
      const std::array keep{ends[1]};
      const bool ok = lock_down(*prepared, {.keep_fds = keep, .parent_pid = parent_pid}).has_value();
      [[maybe_unused]] const ssize_t size = ::write(ends[1], ok ? "y" : "n", 1);
      for (;;) ::sched_yield();
    }
    for (;;) ::pause();
  }
  ::close(ends[1]);
  char answer = 0;
  EXPECT_EQ(::read(ends[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  ::kill(parent, SIGKILL);
  EXPECT_EQ(reap(parent), killed(SIGKILL));
  EXPECT_EQ(::read(ends[0], &answer, 1), 0);  // the end of the pipe: the child, which held it, is gone
  ::close(ends[0]);
}

TEST(Lockdown, RefusesWhenTheParentHasEndedAlready) {
  auto prepared = prepare_lockdown(LockdownMode::enforce);
  ASSERT_TRUE(prepared);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::array keep{2};
    const pid_t somebody_else = ::getpid();
    const auto tier = lock_down(*prepared, {.keep_fds = keep, .parent_pid = somebody_else});
    ::_exit(!tier && tier.error().kind == ErrorKind::unavailable ? 0 : 1);
  }
  EXPECT_EQ(reap(child), exited(0));
}

#ifndef DOCMILL_SANITIZER  // it reports a stack overflow itself, and lives without a memory limit
TEST(Lockdown, StackOverflowIsASegmentationFault) {
  EXPECT_EQ(run_locked([] { return recurse(0); }), killed(SIGSEGV));
  EXPECT_EQ(run_locked([] { return recurse(0); }, tier_b()), killed(SIGSEGV));
}

TEST(Lockdown, MemoryPastTheLimitIsRefused) {
  const auto map = [](std::size_t bytes) {
    return ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
  };
  const ChildSetup setup{.settings = {.memory_bytes_max = 2 * GiB}};
  EXPECT_EQ(run_locked([&] { return map(3 * GiB); }, setup), exited(ENOMEM));
  EXPECT_EQ(run_locked([&] { return map(1 * GiB); }, setup), exited(0));
}

TEST(Lockdown, MallocFailsQuietlyAtTheLimit) {
  EXPECT_EQ(run_locked([] { return std::malloc(4 * GiB) == nullptr ? errno : 0; }), exited(ENOMEM));
}
#endif

TEST(Lockdown, SpinningEndsWithTheCpuLimit) {
  const auto spin = []() -> int {
    for (;;) ::getpid();
  };
  EXPECT_EQ(run_locked(spin, {.settings = {.cpu_time_max = std::chrono::seconds(1)}}), killed(SIGXCPU));
}

TEST(Lockdown, WritingPastTheFileSizeLimitIsStopped) {
  const int file = ::memfd_create("file", 0);
  const std::array keep{2, file};
  const auto write_eight = [file] { return static_cast<int>(::write(file, "xxxxxxxx", 8)); };
  EXPECT_EQ(run_locked(write_eight, {.settings = {.keep_fds = keep, .file_size_bytes_max = 12}}), exited(8));
  EXPECT_EQ(run_locked(write_eight, {.settings = {.keep_fds = keep, .file_size_bytes_max = 12}}), exited(4));
  EXPECT_EQ(run_locked(write_eight, {.settings = {.keep_fds = keep, .file_size_bytes_max = 12}}), killed(SIGXFSZ));
  ::close(file);
}

TEST(Lockdown, PipesHaveNoSizeLimit) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const std::array keep{ends[1]};
  EXPECT_EQ(
      run_locked([&ends] { return static_cast<int>(::write(ends[1], "xxxx", 4)); }, {.settings = {.keep_fds = keep}}),
      exited(4));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Lockdown, TakesNoHeapMemory) {
  auto prepared = prepare_lockdown(LockdownMode::enforce);
  ASSERT_TRUE(prepared);
  const pid_t parent_pid = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    const std::array keep{2};
    const std::size_t before = ::mallinfo2().uordblks;
    const bool ok = lock_down(*prepared, {.keep_fds = keep, .parent_pid = parent_pid}).has_value();
    ::_exit(ok && ::mallinfo2().uordblks == before ? 0 : 1);
  }
  EXPECT_EQ(reap(child), exited(0));
}

TEST(Lockdown, ModeOffClosesDescriptorsAndNothingElse) {
  const int secret = ::memfd_create("secret", 0);
  const auto rest = [secret] { return is_open(secret) ? 1 : error_of(::open("/dev/null", O_RDONLY)); };
  EXPECT_EQ(run_locked(rest, {.mode = LockdownMode::off, .tier = Tier::none}), exited(0));
  ::close(secret);
}

}  // namespace
}  // namespace docmill::child::test
