// A zygote as the parent sees it: start it, ask it for children, hear what became of them.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/blob.h"
#include "base/error.h"
#include "sandbox/child_kind.h"
#include "sandbox/sandbox.h"
#include "sandbox/wire/zygote_protocol.h"

namespace docmill {

/// The first line of a zygote's `ready`: its tier.
inline std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

/// Owns the process and its socket; the destructor ends both. Main thread only: the process dies with the thread that
/// started it.
class Zygote {
 public:
  /// Start the program that forks children of `kind`. Returns before it is warm: its first reply says so.
  ///
  /// Errors: not_found (the program is missing), unavailable (no process or socket can be had).
  static Result<Zygote> start(const SandboxSettings& settings, ChildKind kind);

  Zygote(Zygote&&) noexcept;
  Zygote& operator=(Zygote&&) = delete;
  ~Zygote();

  int socket() const { return socket_.get(); }
  pid_t pid() const { return pid_; }

  /// False when the zygote is gone.
  bool fork_child(std::uint32_t list_id, const std::vector<int>& fds) const;

  struct Message {
    wire::Reply reply;
    FileDescriptor pidfd;  // with `forked`
  };
  /// The next reply; nothing when none is there yet; an error when the zygote is gone.
  Result<std::optional<Message>> receive() const;
  /// The same, waiting at most `timeout`; timed_out.
  Result<Message> wait(std::chrono::milliseconds timeout) const;

 private:
  Zygote(pid_t pid, FileDescriptor socket) : pid_(pid), socket_(std::move(socket)) {}
  pid_t pid_ = -1;
  FileDescriptor socket_;
};

}  // namespace docmill
