// Work queues behind one interface: messages that are delivered at least once, and stay until they are removed.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace docmill {

using MessageAttributes = std::map<std::string, std::string>;

/// The largest body that a queue holds or gives out (that of SQS).
inline constexpr std::size_t message_size_bytes_max = 1 << 20;
/// Messages in one call (that of SQS).
inline constexpr std::size_t message_batch_max = 10;

struct Message {
  std::string id = {};
  std::string receipt_handle = {};  // of this receive: the next receive of the same message has another
  std::string body = {};
  MessageAttributes attributes = {};
  std::uint32_t receive_count = 1;  // with this one
  WallTime sent_at{};
};

struct OutgoingMessage {
  std::string body;
  MessageAttributes attributes = {};
  std::chrono::seconds delay{0};  // invisible for so long
};

struct ReceiveOptions {
  std::size_t messages_max = message_batch_max;  // 1 to 10
  std::chrono::seconds visibility_timeout{600};  // invisible to others for so long
  std::chrono::seconds wait{0};                  // for a first message, up to 20 s
};

/// What became of the hold on a received message.
enum class Receipt : std::uint8_t {
  held,
  lost,  // the message was removed, or somebody else has received it since; SQS says so as soon as the timeout ended
};

/// Messages that were looked at, not taken.
struct Peek {
  std::vector<Message> messages;
  bool counted = false;  // the queue has no such call: they were received and given back, and that counts as a receive
};

struct QueueStatus {
  std::uint64_t visible = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t delayed = 0;
  std::chrono::seconds visibility_timeout{0};       // the queue's own default
  std::optional<std::string> dead_letter_uri = {};  // where the queue's redrive policy sends to
  std::optional<std::uint32_t> receives_max = {};   // after so many, by that policy
};

/// Errors of every member: denied (names the permission), not_found (no such queue), throttled, unavailable, timed_out,
/// invalid_input (a body too large, a batch too long). Any thread may call any member.
class Queue {
 public:
  virtual ~Queue() = default;

  /// For people: "https://sqs.../pdfs", "sqlite:///data/docmill.db".
  virtual std::string uri() const = 0;
  /// Up to `messages_max`, oldest first as far as the queue keeps an order; none when `wait` passed without one. A
  /// message that was received more often than the redrive policy allows goes to the dead letters instead. A request of
  /// `stop` ends the wait where that loses no message; what is on its way is still brought.
  virtual Result<std::vector<Message>> receive(const ReceiveOptions& options, std::stop_token stop = {}) = 0;
  /// Hide messages for `timeout` from now (0: give them back). One answer a handle, in their order; up to ten.
  virtual Result<std::vector<Receipt>> change_visibility(std::span<const std::string> receipt_handles,
                                                         std::chrono::seconds timeout) = 0;
  /// Give messages back that nobody has begun to work on, to be seen again after `delay`. Where the queue can, they
  /// were never received: SQLite takes the receive back, SQS counts it.
  virtual Result<std::vector<Receipt>> give_back_unbegun(std::span<const std::string> receipt_handles,
                                                         std::chrono::seconds delay) {
    return change_visibility(receipt_handles, delay);
  }
  /// Remove a message, done with. Whoever has lost it may still do so on SQS, if nobody else has received it since.
  virtual Result<Receipt> remove(const std::string& receipt_handle) = 0;
  /// Up to ten, of `message_size_bytes_max` together; what a message may hold is in message_check.h. On an error some
  /// may have been sent: sending again makes duplicates, which is allowed.
  virtual Result<void> send(std::span<const OutgoingMessage> messages) = 0;
  /// Whether send() is granted, without a message that anybody receives.
  virtual Result<void> try_send() { return {}; }
  virtual Result<QueueStatus> status() = 0;
  /// Up to `messages_max` of the visible messages. Here for queues without such a call: received for a moment, then
  /// given back.
  virtual Result<Peek> peek(std::size_t messages_max);
  /// Remove all messages.
  virtual Result<void> purge() = 0;
};

}  // namespace docmill
