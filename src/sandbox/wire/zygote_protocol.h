// What the parent and a zygote say to each other over their SOCK_SEQPACKET socket. Both are docmill's own and trust
// each other; a child never holds this socket.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/blob.h"
#include "base/error.h"
#include "sandbox/wire/claims.h"

namespace docmill::wire {

/// The zygote's end of the socket, as its exec leaves it.
inline constexpr int zygote_socket_fd = 3;

/// Parent -> zygote: fork a child. Its descriptors, in this order: the work list (sealed memory file), the pipe for
/// frames, the pipe for stderr, the progress page, then the files of the documents (wire::DocumentPlace).
struct ForkRequest {
  std::uint32_t list_id = 0;
};
inline constexpr std::size_t fork_request_fixed_fds = 4;
/// Descriptors in one message: the kernel's SCM_MAX_FD.
inline constexpr std::size_t message_fds_max = 253;

enum class ReplyKind : std::uint32_t {
  ready,        // warm; `text` holds the tier ("A", "B", "off"), then a line per probed layer
  refused,      // cannot start; `text` says why
  forked,       // `list_id`, `pid`, and the child's pidfd as descriptor
  fork_failed,  // `list_id`, `status` = errno
  exited,       // `list_id`, `status` as wait4 gives it, `resident_bytes_max`
};

struct Reply {
  ReplyKind kind{};
  std::uint32_t list_id = 0;
  std::int32_t pid = 0;
  std::int32_t status = 0;
  std::uint64_t resident_bytes_max = 0;
  std::array<char, 2048> text{};  // NUL-terminated
};

/// A message with its descriptors, as one datagram. False when the other end is gone (errno says why).
bool send_message(int socket, std::span<const std::byte> message, std::span<const int> fds);

struct Received {
  std::size_t size_bytes = 0;  // 0: the other end closed
  std::vector<FileDescriptor> fds;
};

/// Receive one datagram into `buffer`; nothing when the socket is non-blocking and empty.
Result<std::optional<Received>> receive_message(int socket, std::span<std::byte> buffer);

/// The page of memory that a child shares with the parent. Where the child is is for messages only: the parent decides
/// nothing by it, for the child may write anything there.
struct Progress {
  Claims claims;
  std::uint32_t entry = 0;
  std::uint32_t page_index = 0;
  std::array<char, 16> stage{};  // "render"
};

}  // namespace docmill::wire
