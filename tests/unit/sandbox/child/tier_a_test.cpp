// What a hijacked child can still ask of the kernel behind the filter. The oracle is the kernel.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "unit/sandbox/child/locked_child.h"

namespace docmill::child::test {
namespace {

struct Attempt {
  std::string name;
  std::function<int()> work;
  Ending expected;
};

void PrintTo(const Attempt& attempt, std::ostream* out) { *out << attempt.name; }

class TierAAttempt : public testing::TestWithParam<Attempt> {};

TEST_P(TierAAttempt, EndsTheAttemptAsTheFilterSays) { EXPECT_EQ(run_locked(GetParam().work), GetParam().expected); }

const pid_t test_pid = ::getpid();

std::vector<Attempt> refused_attempts() {
  return {
      {"open", [] { return error_of(::open("/etc/passwd", O_RDONLY)); }, exited(EACCES)},
      {"open_proc_environ_of_parent",
       [] { return error_of(::open(("/proc/" + std::to_string(test_pid) + "/environ").c_str(), O_RDONLY)); },
       exited(EACCES)},
      {"stat",
       [] {
         struct stat status{};
         return error_of(::stat("/etc/passwd", &status));
       },
       exited(EACCES)},
      {"access", [] { return error_of(::access("/etc/passwd", R_OK)); }, exited(EACCES)},
      {"readlink",
       [] {
         char target[64];
         return error_of(::readlink("/proc/self/exe", target, sizeof target));
       },
       exited(EACCES)},
      {"unlink", [] { return error_of(::unlink("/tmp/x")); }, exited(EACCES)},
      {"socket_unix", [] { return error_of(::socket(AF_UNIX, SOCK_STREAM, 0)); }, exited(EPERM)},
      {"socket_inet", [] { return error_of(::socket(AF_INET, SOCK_STREAM, 0)); }, exited(EPERM)},
      {"fork", [] { return error_of(::fork()); }, exited(EAGAIN)},
      {"clone3", [] { return error_of(::syscall(SYS_clone3, nullptr, 0)); }, exited(ENOSYS)},
      {"setrlimit_back",
       [] {
         const rlimit limit{.rlim_cur = 64, .rlim_max = 64};
         return error_of(::setrlimit(RLIMIT_NOFILE, &limit));
       },
       exited(EPERM)},
      {"isatty", [] { return ::isatty(1) == 0 ? errno : 0; }, exited(ENOTTY)},
      {"sched_setaffinity",
       [] {
         const unsigned long mask = 1;
         return error_of(::syscall(SYS_sched_setaffinity, 0, sizeof mask, &mask));
       },
       exited(EPERM)},
  };
}

std::vector<Attempt> deadly_attempts() {
  const Ending dead = killed(SIGSYS);
  return {
      {"execve",
       [] {
         char* const none[] = {nullptr};
         return error_of(::execve("/bin/true", none, none));
       },
       dead},
#ifdef SYS_vfork
      {"vfork", [] { return error_of(::syscall(SYS_vfork)); }, dead},
#endif
      {"ptrace_parent", [] { return error_of(::ptrace(PTRACE_ATTACH, test_pid, nullptr, nullptr)); }, dead},
      {"kill_parent", [] { return error_of(::kill(test_pid, 0)); }, dead},
      {"tgkill_parent", [] { return error_of(::syscall(SYS_tgkill, test_pid, test_pid, 0)); }, dead},
      {"tgkill_all", [] { return error_of(::syscall(SYS_tgkill, -1, ::gettid(), 0)); }, dead},
      {"pidfd_open", [] { return error_of(::syscall(SYS_pidfd_open, test_pid, 0)); }, dead},
      {"io_uring_setup",
       [] {
         io_uring_params params{};
         return error_of(::syscall(SYS_io_uring_setup, 1, &params));
       },
       dead},
      {"mmap_exec",
       [] {
         return ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno
                                                                                                               : 0;
       },
       dead},
      {"mprotect_exec",
       [] {
         void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return error_of(::mprotect(page, 4096, PROT_READ | PROT_EXEC));
       },
       dead},
      {"dup", [] { return error_of(::dup(1)); }, dead},
      {"fcntl_dupfd", [] { return error_of(::fcntl(1, F_DUPFD, 0)); }, dead},
      {"fcntl_setfl", [] { return error_of(::fcntl(1, F_SETFL, O_NONBLOCK)); }, dead},
      {"personality", [] { return error_of(::personality(ADDR_NO_RANDOMIZE)); }, dead},
      {"unshare", [] { return error_of(::unshare(CLONE_NEWUSER)); }, dead},
      {"mount", [] { return error_of(::mount("none", "/", "tmpfs", 0, nullptr)); }, dead},
      {"process_vm_readv",
       [] {
         char byte = 0;
         const iovec local{.iov_base = &byte, .iov_len = 1};
         return error_of(::process_vm_readv(test_pid, &local, 1, &local, 1, 0));
       },
       dead},
      {"memfd_create", [] { return error_of(::memfd_create("x", 0)); }, dead},
      {"seccomp", [] { return error_of(::syscall(SYS_seccomp, 0, 0, nullptr)); }, dead},
      {"bpf", [] { return error_of(::syscall(SYS_bpf, 0, nullptr, 0)); }, dead},
      {"keyctl", [] { return error_of(::syscall(SYS_keyctl, 0, 0, 0)); }, dead},
      {"unknown_number", [] { return error_of(::syscall(100'000)); }, dead},
#ifdef __x86_64__
      {"x32_getpid", [] { return error_of(::syscall(0x40000000 | SYS_getpid)); }, dead},
      {"i386_getpid",
       [] {
         long answer = 20;  // getpid of i386
         __asm__ volatile("int $0x80" : "+a"(answer)::"memory");
         return error_of(answer);
       },
       dead},
#endif
  };
}

std::vector<Attempt> granted_attempts() {
  return {
      {"write_to_a_kept_descriptor", [] { return error_of(::write(2, "", 0)); }, exited(0)},
      {"fcntl_getfl", [] { return error_of(::fcntl(1, F_GETFL)); }, exited(0)},
      {"fstat",
       [] {
         struct stat status{};
         return error_of(::fstat(1, &status));
       },
       exited(0)},
      {"allocate",
       [] {
         std::vector<std::string> memory(1000, std::string(10'000, 'x'));
         return memory.back().back() == 'x' ? 0 : 1;
       },
       exited(0)},
      {"catch_an_exception",
       [] {
         try {
           throw std::runtime_error("x");
         } catch (const std::exception&) {
           return 0;
         }
       },
       exited(0)},
      {"learn_that_there_are_no_threads",
       [] {
         try {
           std::thread([] {}).join();
         } catch (const std::system_error& error) {
           return error.code().value();
         }
         return 0;
       },
       exited(EAGAIN)},
      {"abort", []() -> int { std::abort(); }, killed(SIGABRT)},
      {"raise", [] { return ::raise(SIGTERM); }, killed(SIGTERM)},
  };
}

constexpr auto name_of_attempt = [](const auto& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(Refused, TierAAttempt, testing::ValuesIn(refused_attempts()), name_of_attempt);
INSTANTIATE_TEST_SUITE_P(Deadly, TierAAttempt, testing::ValuesIn(deadly_attempts()), name_of_attempt);
INSTANTIATE_TEST_SUITE_P(Granted, TierAAttempt, testing::ValuesIn(granted_attempts()), name_of_attempt);

TEST(TierAOnFargate, IsReachedBehindThePlatformsFilter) {
  const ChildSetup setup{.platform = docmill::test::Platform::fargate, .settings = {.require_seccomp = true}};
  EXPECT_EQ(run_locked([] { return error_of(::socket(AF_INET, SOCK_STREAM, 0)); }, setup), exited(EPERM));
}

// With this flag the filter lets the call pass, whatever the path. Root's child stands in an empty directory that it
// may not even search.
TEST(TierA, EvenStatFindsNothingWhenStartedAsRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, for chroot";
  const auto stat_by_path = [] {
    struct stat status{};
    return error_of(::syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", &status, AT_EMPTY_PATH));
  };
  EXPECT_EQ(run_locked(stat_by_path), exited(EACCES));
}

TEST(AuditMode, NamesTheCallAndCarriesOn) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const int standard_error = ::dup(2);
  ::dup2(ends[1], 2);
  const Ending ending = run_locked([] { return error_of(::dup(1)); }, {.mode = LockdownMode::audit});
  ::dup2(standard_error, 2);
  ::close(standard_error);
  ::close(ends[1]);

  std::string said(200, '\0');
  said.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(ends[0], said.data(), said.size()))));
  ::close(ends[0]);
  EXPECT_EQ(ending, exited(ENOSYS));
  EXPECT_EQ(said, "docmill-extract: system call " + std::to_string(SYS_dup) + " (dup) is not in the filter\n");
}

TEST(AuditMode, StillRefusesToSignalOthers) {
  EXPECT_EQ(
      run_locked([] { return error_of(::syscall(SYS_tgkill, test_pid, test_pid, 0)); }, {.mode = LockdownMode::audit}),
      exited(ENOSYS));
}

}  // namespace
}  // namespace docmill::child::test
