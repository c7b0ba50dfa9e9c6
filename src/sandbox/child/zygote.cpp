#include "sandbox/child/zygote.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>

#include "base/exceptions.h"
#include "sandbox/child/descriptors.h"
#include "sandbox/child/lockdown.h"
#include "sandbox/child/probe.h"
#include "sandbox/child/worker.h"
#include "sandbox/wire/zygote_protocol.h"

namespace docmill::child {
namespace {

struct Settings {
  pid_t parent_pid = 0;
  extract::WarmUp warm_up;
  std::string mode = "require";
  std::uint64_t memory_bytes_max = GiB;
  std::chrono::seconds cpu_time_max{0};
  Tier tier = Tier::none;                 // proven at start: no child runs below it
  std::uint64_t address_space_bytes = 0;  // of the warm zygote: every child inherits it
};

std::uint64_t number(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// The parent writes these arguments (sandbox/zygote.cpp); a person has no use for them.
Settings parse(int argc, char** argv) {
  std::map<std::string, std::string, std::less<>> values;
  TessdataDirs tessdata_dirs;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word(argv[i]);
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    if (word.starts_with("--tessdata-dir=")) tessdata_dirs.emplace_back(word.substr(equals + 1));
    values.emplace(word.substr(0, equals), word.substr(equals + 1));
  }
  return {.parent_pid = static_cast<pid_t>(number(values["--parent-pid"])),
          .warm_up = {.font_dir = values["--font-dir"],
                      .tessdata_dirs = std::move(tessdata_dirs),
                      .languages = values["--languages"]},
          .mode = values["--mode"],
          .memory_bytes_max = number(values["--memory-bytes"]),
          .cpu_time_max = std::chrono::seconds(number(values["--cpu-seconds"]))};
}

void reply(wire::Reply message, std::string_view text = {}, std::span<const int> fds = {}) {
  text.copy(message.text.data(), message.text.size() - 1);
  // Without a parent there is nobody to work for.
  if (!wire::send_message(wire::zygote_socket_fd, std::as_bytes(std::span(&message, 1)), fds)) std::_Exit(0);
}

[[noreturn]] void refuse(const std::string& why) {
  reply({.kind = wire::ReplyKind::refused}, why);
  std::_Exit(1);
}

/// The parent's libraries leave descriptors open at an exec, and what they do not close is nobody's business here: of
/// the standard streams errors alone go somewhere.
void close_what_was_inherited() {
  const FileDescriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO}) ::dup2(nothing.get(), fd);
  close_descriptors_except(std::array{STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, wire::zygote_socket_fd});
}

/// A fork copies one thread only, and a lock that another held would stay locked for ever.
bool has_one_thread() {
  std::error_code error;
  const std::filesystem::directory_iterator threads("/proc/self/task", error);
  return !error && std::distance(begin(threads), end(threads)) == 1;
}

std::span<const std::byte> map_file(int fd) {
  struct stat info{};
  if (::fstat(fd, &info) != 0 || info.st_size == 0) return {};
  const auto size = static_cast<std::size_t>(info.st_size);
  void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (mapping == MAP_FAILED) return {};
  return {static_cast<const std::byte*>(mapping), size};
}

/// The descriptors of a fork request, by their places.
struct ForkFds {
  int work, frames, errors, progress;
  std::span<const FileDescriptor> document_files;

  explicit ForkFds(std::span<const FileDescriptor> fds)
      : work(fds[0].get()),
        frames(fds[1].get()),
        errors(fds[2].get()),
        progress(fds[3].get()),
        document_files(fds.subspan(wire::fork_request_fixed_fds)) {}
};

/// Nothing where a place is in none of the files.
std::optional<std::vector<std::span<const std::byte>>> documents_in(std::span<const std::span<const std::byte>> files,
                                                                    std::span<const wire::WorkEntry> entries) {
  std::vector<std::span<const std::byte>> documents;
  for (const wire::WorkEntry& entry : entries) {
    const auto& [file, offset, size_bytes] = entry.document;
    if (file >= files.size() || offset > files[file].size() || size_bytes > files[file].size() - offset)
      return std::nullopt;
    documents.push_back(files[file].subspan(offset, size_bytes));
  }
  return documents;
}

/// Address space of this process: libraries, fonts and models.
std::uint64_t address_space_bytes() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

[[noreturn]] void be_child(const Settings& settings, const PreparedLockdown& lockdown, pid_t zygote,
                           const ForkFds& fds) {
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::dup2(fds.errors, STDERR_FILENO);
  const auto text = map_file(fds.work);
  const auto list = wire::decode_work_list({reinterpret_cast<const char*>(text.data()), text.size()});
  void* progress = ::mmap(nullptr, sizeof(wire::Progress), PROT_READ | PROT_WRITE, MAP_SHARED, fds.progress, 0);
  if (!list || progress == MAP_FAILED) std::_Exit(3);
  std::vector<std::span<const std::byte>> files;
  std::uint64_t mapped_bytes = 0;
  for (const FileDescriptor& file : fds.document_files) {
    files.push_back(map_file(file.get()));
    mapped_bytes += files.back().size();
  }
  const auto documents = documents_in(files, list->entries);
  if (!documents) std::_Exit(3);
  const std::array<int, 2> keep{STDERR_FILENO, fds.frames};
  const auto locked =
      lock_down(lockdown, {.keep_fds = keep,
                           .parent_pid = zygote,
                           .memory_bytes_max = settings.memory_bytes_max + mapped_bytes + settings.address_space_bytes,
                           .cpu_time_max = settings.cpu_time_max,
                           .file_size_bytes_max = 0,
                           .require_seccomp = settings.tier == Tier::A});
  if (!locked) {
    std::fputs((locked.error().text() + "\n").c_str(), stderr);
    std::_Exit(4);
  }
  const bool read = run_work_list(*list, *documents, extract::has_recogniser(), {.fd = fds.frames},
                                  *static_cast<wire::Progress*>(progress));
  // No destructors: all memory goes back at once.
  std::_Exit(read ? 0 : 5);
}

void fork_child(const Settings& settings, const PreparedLockdown& lockdown, std::map<pid_t, std::uint32_t>& children) {
  wire::ForkRequest request;
  auto received = wire::receive_message(wire::zygote_socket_fd, std::as_writable_bytes(std::span(&request, 1)));
  if (received && !*received) return;
  if (!received || (*received)->size_bytes != sizeof request) std::_Exit(0);  // the parent is gone
  const auto& fds = (*received)->fds;
  if (fds.size() <= wire::fork_request_fixed_fds)  // descriptors ran out on the way
    return reply({.kind = wire::ReplyKind::fork_failed, .list_id = request.list_id, .pid = 0, .status = EMFILE});
  const pid_t zygote = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) be_child(settings, lockdown, zygote, ForkFds(fds));
  if (pid < 0)
    return reply({.kind = wire::ReplyKind::fork_failed, .list_id = request.list_id, .pid = 0, .status = errno});
  children.emplace(pid, request.list_id);
  // Nobody but this process reaps the child, so its pid is still its own here.
  const FileDescriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const int fd = pidfd.get();
  reply({.kind = wire::ReplyKind::forked, .list_id = request.list_id, .pid = pid}, {}, std::span(&fd, fd >= 0 ? 1 : 0));
}

void reap_children(std::map<pid_t, std::uint32_t>& children) {
  for (;;) {
    int status = 0;
    rusage usage{};
    const pid_t pid = ::wait4(-1, &status, WNOHANG, &usage);
    if (pid <= 0) return;
    const auto found = children.find(pid);
    if (found == children.end()) continue;
    reply({.kind = wire::ReplyKind::exited,
           .list_id = found->second,
           .pid = pid,
           .status = status,
           .resident_bytes_max = static_cast<std::uint64_t>(usage.ru_maxrss) * KiB});
    children.erase(found);
  }
}

[[noreturn]] void serve(const Settings& settings, const PreparedLockdown& lockdown) {
  sigset_t child_ended;
  ::sigemptyset(&child_ended);
  ::sigaddset(&child_ended, SIGCHLD);
  ::pthread_sigmask(SIG_BLOCK, &child_ended, nullptr);
  const FileDescriptor signals(::signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK));
  std::map<pid_t, std::uint32_t> children;
  std::array<pollfd, 2> events{{{.fd = wire::zygote_socket_fd, .events = POLLIN, .revents = 0},
                                {.fd = signals.get(), .events = POLLIN, .revents = 0}}};
  for (;;) {
    if (::poll(events.data(), events.size(), -1) < 0) continue;
    if (events[1].revents != 0) {
      std::array<signalfd_siginfo, 16> ignored{};
      [[maybe_unused]] const auto got = ::read(signals.get(), ignored.data(), sizeof ignored);
      reap_children(children);
    }
    if (events[0].revents != 0) fork_child(settings, lockdown, children);
  }
}

/// What the probes say, the tier on the first line.
std::string prove_sandbox(Settings& settings, const PreparedLockdown& lockdown) {
  if (settings.mode == "off") return "off";
  const auto report = probe_lockdown(lockdown);
  if (!report) refuse(report.error().text());
  if (report->tier == Tier::none)
    refuse(
        "this machine offers no sandbox, so documents are not parsed here (--sandbox=off does it all the same, for "
        "trusted documents only)\n" +
        report->text());
  if (report->tier != Tier::A && settings.mode == "strict")
    refuse(
        "--sandbox=strict needs tier A, the system call filter, which this machine refuses (--sandbox=require takes "
        "tier B)\n" +
        report->text());
  settings.tier = report->tier;
  return std::string(name_of(report->tier)) + "\n" + report->text();
}

}  // namespace

int run_zygote(int argc, char** argv, Preparation prepare) {
  Settings settings = parse(argc, argv);
  if (settings.parent_pid == 0 || ::fcntl(wire::zygote_socket_fd, F_GETFD) < 0) {
    std::fputs("docmill-extract is started by docmill; run docmill instead\n", stderr);
    return 2;
  }
  close_what_was_inherited();
  ::fcntl(wire::zygote_socket_fd, F_SETFD, FD_CLOEXEC);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != settings.parent_pid) return 0;
  ::signal(SIGINT, SIG_IGN);  // the terminal's ^C is the parent's business
  ::signal(SIGTERM, SIG_IGN);
  const auto prepared = without_exceptions([&] { return prepare(settings.warm_up); });
  if (!prepared) refuse(prepared.error().text());
  if (!has_one_thread()) refuse("docmill-extract has more than one thread after its start");
  const auto lockdown = prepare_lockdown(settings.mode == "off" ? LockdownMode::off : LockdownMode::enforce);
  if (!lockdown) refuse(lockdown.error().text());
  protect_zygote();
  settings.address_space_bytes = address_space_bytes();
  reply({.kind = wire::ReplyKind::ready}, prove_sandbox(settings, *lockdown));
  serve(settings, *lockdown);
}

}  // namespace docmill::child
