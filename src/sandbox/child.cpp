#include "sandbox/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include "sandbox/task.h"

namespace docmill {
namespace {

constexpr std::size_t progress_size_bytes = 4096;
// A page's row is a few KiB: with this many bytes in the pipe the child rarely waits for the parent.
constexpr int frame_pipe_size_bytes = 256 * 1024;

std::unexpected<Error> failed(std::string_view step) {
  return fail(ErrorKind::unavailable, "extraction child",
              fmt::format("{}: {}", step, std::generic_category().message(errno)));
}

}  // namespace

std::uint32_t Assignment::end_page() const {
  const auto page_count = task->plan.page_count();
  return page_count ? std::min(unit.end(), *page_count) : unit.end();
}

Result<ProgressPage> ProgressPage::create() {
  ProgressPage page;
  page.fd_ = FileDescriptor(::memfd_create("docmill-progress", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  // Sealed, for a child that shrank it would make the parent's next look at it a SIGBUS.
  if (!page.fd_ || ::ftruncate(page.fd_.get(), progress_size_bytes) != 0 ||
      ::fcntl(page.fd_.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0)
    return failed("memfd_create");
  void* mapping = ::mmap(nullptr, progress_size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, page.fd_.get(), 0);
  if (mapping == MAP_FAILED) return failed("mmap");
  page.progress_ = new (mapping) wire::Progress;
  return page;
}

ProgressPage::ProgressPage(ProgressPage&& other) noexcept
    : fd_(std::move(other.fd_)), progress_(std::exchange(other.progress_, nullptr)) {}

ProgressPage::~ProgressPage() {
  if (progress_ != nullptr) ::munmap(progress_, progress_size_bytes);
}

std::string ProgressPage::stage() const {
  const auto name = progress_->stage;  // a copy: the child may write there at any time
  const std::string_view text(name.data(), ::strnlen(name.data(), name.size()));
  const bool printable = std::ranges::all_of(text, [](unsigned char c) { return std::islower(c) != 0; });
  return printable ? std::string(text) : "";
}

void Child::kill() const {
  // The pidfd names this very process for ever, a pid may be somebody else's by now. Where the kernel knows no pidfds
  // (gVisor) the pid has to do: it is the child's until its zygote, which reaps it, has said so.
  if (pidfd)
    ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0);
  else if (pid > 0 && !exited)
    ::kill(pid, SIGKILL);
}

std::uint64_t Child::resident_bytes() const {
  std::array<char, 64> path{};
  *fmt::format_to_n(path.data(), path.size() - 1, "/proc/{}/statm", pid).out = '\0';
  const FileDescriptor file(::open(path.data(), O_RDONLY | O_CLOEXEC));
  std::array<char, 128> text{};
  if (!file || ::read(file.get(), text.data(), text.size() - 1) <= 0) return 0;
  unsigned long long size = 0;
  unsigned long long resident = 0;
  unsigned long long shared = 0;
  if (std::sscanf(text.data(), "%llu %llu %llu", &size, &resident, &shared) != 3) return 0;  // NOLINT(cert-err34-c)
  return (resident - std::min(shared, resident)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

Result<ChildPipes> ChildPipes::create() {
  std::array<int, 2> frames{};
  std::array<int, 2> errors{};
  if (::pipe2(frames.data(), O_CLOEXEC) != 0) return failed("pipe");
  ChildPipes pipes{.frames_read = FileDescriptor(frames[0]),
                   .frames_write = FileDescriptor(frames[1]),
                   .errors_read = {},
                   .errors_write = {}};
  if (::pipe2(errors.data(), O_CLOEXEC) != 0) return failed("pipe");
  pipes.errors_read = FileDescriptor(errors[0]);
  pipes.errors_write = FileDescriptor(errors[1]);
  ::fcntl(frames[1], F_SETPIPE_SZ, frame_pipe_size_bytes);  // a refusal leaves the smaller default
  ::fcntl(frames[0], F_SETFL, O_NONBLOCK);
  ::fcntl(errors[0], F_SETFL, O_NONBLOCK);
  return pipes;
}

std::string stage_suffix(std::string_view stage) { return stage.empty() ? "" : fmt::format(" (stage {})", stage); }

Error describe_death(const wire::Reply& exited, std::uint64_t memory_bytes_max, std::string_view stage) {
  const auto error = [&](ErrorKind kind, const std::string& what) {
    return Error{kind, "", what + stage_suffix(stage)};
  };
  const bool memory_was_full = exited.resident_bytes_max >= memory_bytes_max / 10 * 9;
  if (WIFEXITED(exited.status)) {
    if (WEXITSTATUS(exited.status) == 0)
      return error(ErrorKind::bad_child_output, "the child ended before its work did");
    if (memory_was_full) return error(ErrorKind::out_of_memory, "the child ran out of memory");
    return error(ErrorKind::crashed, fmt::format("the child exited with status {}", WEXITSTATUS(exited.status)));
  }
  const int signal = WTERMSIG(exited.status);
  const char* name = ::sigabbrev_np(signal);
  if (signal == SIGSYS) return error(ErrorKind::sandbox_violation, "the child tried a forbidden system call");
  if (signal == SIGXCPU) return error(ErrorKind::page_timeout, "the child used up its processor time");
  if (memory_was_full) return error(ErrorKind::out_of_memory, "the child ran out of memory");
  return error(ErrorKind::crashed, fmt::format("the child died of SIG{}", name == nullptr ? "?" : name));
}

}  // namespace docmill
