#include "sandbox/zygote.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace docmill {
namespace {

std::unexpected<Error> failed(std::string_view step) {
  return fail(ErrorKind::unavailable, "docmill-extract",
              fmt::format("{}: {}", step, std::generic_category().message(errno)));
}

std::string_view name_of(SandboxMode mode) {
  switch (mode) {
    case SandboxMode::strict:
      return "strict";
    case SandboxMode::require:
      return "require";
    case SandboxMode::off:
      return "off";
  }
  return "";
}

/// The one for OCR lies beside the one for text.
std::filesystem::path program_of(const SandboxSettings& settings, ChildKind kind) {
  std::filesystem::path program = settings.program;
  return kind == ChildKind::ocr ? program += "-ocr" : program;
}

std::vector<std::string> arguments(const SandboxSettings& settings, ChildKind kind) {
  std::vector<std::string> words{
      program_of(settings, kind).string(),
      fmt::format("--parent-pid={}", ::getpid()),
      "--font-dir=" + settings.font_dir.string(),
      fmt::format("--languages={}", kind == ChildKind::ocr ? settings.ocr_languages : ""),
      fmt::format("--mode={}", name_of(settings.mode)),
      fmt::format("--memory-bytes={}", settings.limits.child_memory_bytes_max),
      fmt::format("--cpu-seconds={}",
                  std::chrono::ceil<std::chrono::seconds>(settings.limits.document_timeout_max).count())};
  for (const std::filesystem::path& folder : settings.tessdata_dirs)
    words.push_back("--tessdata-dir=" + folder.string());
  return words;
}

/// Exactly what a zygote may see. Arrow's default pool would reserve a gigabyte of address space, and its jemalloc
/// would start a thread.
constexpr std::array<const char*, 3> environment{"ARROW_DEFAULT_MEMORY_POOL=system",
                                                 "JE_ARROW_MALLOC_CONF=background_thread:false", nullptr};

/// Between fork and exec only calls that are safe in a copy of a threaded process.
[[noreturn]] void become_zygote(int socket, const char* program, char* const* argv) {
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  if (socket == wire::zygote_socket_fd)
    ::fcntl(socket, F_SETFD, 0);
  else
    ::dup2(socket, wire::zygote_socket_fd);
  ::execve(program, argv, const_cast<char* const*>(environment.data()));
  ::_exit(127);
}

}  // namespace

Result<Zygote> Zygote::start(const SandboxSettings& settings, ChildKind kind) {
  const std::filesystem::path program = program_of(settings, kind);
  if (::access(program.c_str(), X_OK) != 0)
    return fail(ErrorKind::not_found, program.string(), "the extraction program is missing; it belongs beside docmill");
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return failed("socketpair");
  FileDescriptor ours(ends[0]);
  const FileDescriptor theirs(ends[1]);
  const std::vector<std::string> words = arguments(settings, kind);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) return failed("fork");
  if (pid == 0) become_zygote(theirs.get(), program.c_str(), argv.data());
  return Zygote(pid, std::move(ours));
}

Zygote::Zygote(Zygote&& other) noexcept : pid_(std::exchange(other.pid_, -1)), socket_(std::move(other.socket_)) {}

Zygote::~Zygote() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

bool Zygote::fork_child(std::uint32_t list_id, const std::vector<int>& fds) const {
  const wire::ForkRequest request{.list_id = list_id};
  return wire::send_message(socket_.get(), std::as_bytes(std::span(&request, 1)), fds);
}

Result<std::optional<Zygote::Message>> Zygote::receive() const {
  pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, 0) <= 0) return std::nullopt;
  Message message;
  auto received = wire::receive_message(socket_.get(), std::as_writable_bytes(std::span(&message.reply, 1)));
  if (!received) return std::unexpected(std::move(received).error());
  if (!*received) return std::nullopt;
  if ((*received)->size_bytes != sizeof message.reply)
    return fail(ErrorKind::unavailable, "docmill-extract", "the extraction program ended");
  message.reply.text.back() = '\0';
  if (!(*received)->fds.empty()) message.pidfd = std::move((*received)->fds.front());
  return message;
}

Result<Zygote::Message> Zygote::wait(std::chrono::milliseconds timeout) const {
  pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  const int count = ::poll(&ready, 1, static_cast<int>(timeout.count()));
  if (count == 0) return fail(ErrorKind::timed_out, "docmill-extract", "no answer from the extraction program");
  auto message = receive();
  if (!message) return std::unexpected(std::move(message).error());
  if (!*message) return fail(ErrorKind::unavailable, "docmill-extract", "the extraction program was interrupted");
  return *std::move(*message);
}

}  // namespace docmill
