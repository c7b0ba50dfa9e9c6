#include "extract/mock/attempt.h"

#ifdef DOCMILL_TESTING

#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace docmill::extract {
namespace {

// Raw calls: glibc's wrappers fall back to other calls, and fork() runs handlers.
long descriptor(long fd) {
  if (fd >= 0) ::syscall(SYS_close, fd);
  return fd;
}

long process(long pid) {
  if (pid == 0) ::_exit(0);
  return pid;
}

long mapping(long address) {
  if (address != -1) ::syscall(SYS_munmap, address, 4096);
  return address;
}

constexpr const char* written_file = "/tmp/docmill-mock-was-here";

long write_a_file() {
  const long fd = descriptor(::syscall(SYS_openat, AT_FDCWD, written_file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  if (fd >= 0) ::syscall(SYS_unlinkat, AT_FDCWD, written_file, 0);
  return fd;
}

long execute() {
  const char* program = "/bin/true";
  std::array<const char*, 2> arguments{program, nullptr};
  return ::syscall(SYS_execve, program, arguments.data(), arguments.data() + 1);
}

long clone3() {
  clone_args arguments{};
  arguments.exit_signal = SIGCHLD;
  return process(::syscall(SYS_clone3, &arguments, sizeof arguments));
}

long set_up_io_uring() {
  io_uring_params parameters{};
  return descriptor(::syscall(SYS_io_uring_setup, 1, &parameters));
}

long open_perf_event() {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_TASK_CLOCK;
  attributes.exclude_kernel = 1;
  return descriptor(::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}

long map(int protection) {
  return mapping(::syscall(SYS_mmap, nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

long make_executable() {
  const long address = ::syscall(SYS_mmap, nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const long answer = ::syscall(SYS_mprotect, address, 4096, PROT_READ | PROT_EXEC);
  const int error = errno;
  mapping(address);
  errno = error;
  return answer;
}

// Higher than any sandbox leaves it; where it is unlimited already, this changes nothing.
long raise_limit() {
  const rlimit64 unlimited{.rlim_cur = RLIM64_INFINITY, .rlim_max = RLIM64_INFINITY};
  return ::syscall(SYS_prlimit64, 0, RLIMIT_AS, &unlimited, nullptr);
}

long read_parents_memory() {
  char byte = 0;
  iovec local{.iov_base = &byte, .iov_len = 1};
  iovec remote{.iov_base = const_cast<char*>(written_file), .iov_len = 1};  // a forked child has its parent's addresses
  return ::syscall(SYS_process_vm_readv, ::getppid(), &local, 1, &remote, 1, 0);
}

long make_pipe() {
  std::array<int, 2> ends{-1, -1};
  const long answer = ::syscall(SYS_pipe2, ends.data(), O_CLOEXEC);
  if (answer == 0) {
    descriptor(ends[0]);
    descriptor(ends[1]);
  }
  return answer;
}

struct Attempt {
  std::string_view name;
  long (*call)();
};

constexpr std::array attempts{
    Attempt{"open", [] { return descriptor(::syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY | O_CLOEXEC)); }},
    Attempt{"openat_write", write_a_file},
    Attempt{"readlink",
            [] {
              std::array<char, 64> to{};
              return ::syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", to.data(), to.size());
            }},
    Attempt{"unlink", [] { return ::syscall(SYS_unlinkat, AT_FDCWD, written_file, 0); }},
    Attempt{"memfd_create", [] { return descriptor(::syscall(SYS_memfd_create, "mock", MFD_CLOEXEC)); }},
    Attempt{"dup", [] { return descriptor(::syscall(SYS_dup, 2)); }},
    Attempt{"pipe", make_pipe},
    Attempt{"socket", [] { return descriptor(::syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }},
    Attempt{"socket_unix", [] { return descriptor(::syscall(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)); }},
    Attempt{"execve", execute},
    Attempt{"fork", [] { return process(::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr)); }},
    Attempt{"clone",
            [] { return process(::syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr)); }},
    Attempt{"clone3", clone3},
    Attempt{"ptrace", [] { return ::syscall(SYS_ptrace, PTRACE_SEIZE, ::getppid(), nullptr, nullptr); }},
    Attempt{"process_vm_readv", read_parents_memory},
    Attempt{"kill_parent", [] { return ::syscall(SYS_kill, ::getppid(), 0); }},
    Attempt{"tgkill_parent", [] { return ::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0); }},
    Attempt{"io_uring_setup", set_up_io_uring},
    Attempt{"perf_event_open", open_perf_event},
    Attempt{"userfaultfd", [] { return descriptor(::syscall(SYS_userfaultfd, O_CLOEXEC)); }},
    Attempt{"mmap_exec", [] { return map(PROT_READ | PROT_WRITE | PROT_EXEC); }},
    Attempt{"mprotect_exec", make_executable},
    Attempt{"unshare", [] { return ::syscall(SYS_unshare, CLONE_NEWUSER); }},
    Attempt{"mount", [] { return ::syscall(SYS_mount, "none", "/tmp", "tmpfs", 0, nullptr); }},
    Attempt{"chroot", [] { return ::syscall(SYS_chroot, "/"); }},
    Attempt{"setuid", [] { return ::syscall(SYS_setuid, 0); }},
    Attempt{"setrlimit", raise_limit},
    Attempt{"prctl", [] { return ::syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0); }},
};

}  // namespace

std::optional<std::string> attempt(std::string_view name) {
  for (const Attempt& candidate : attempts) {
    if (candidate.name != name) continue;
    const long answer = candidate.call();
    const char* error = answer == -1 ? ::strerrorname_np(errno) : nullptr;
    return std::string(name) + (answer != -1 ? ": allowed" : ": denied " + std::string(error != nullptr ? error : "?"));
  }
  return std::nullopt;
}

}  // namespace docmill::extract

#endif
