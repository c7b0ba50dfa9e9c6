#include "mill/redrive.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/failpoint.h"
#include "mill/send_batches.h"

namespace docmill {
namespace {

constexpr std::chrono::seconds hold{60};  // for ten sends and removals

Result<void> send_back(const std::vector<Message>& messages, Queue& dead_letters, Queue& queue) {
  std::vector<OutgoingMessage> outgoing;
  outgoing.reserve(messages.size());
  for (const Message& message : messages) outgoing.push_back({.body = message.body, .attributes = message.attributes});
  if (auto sent = send_in_batches(queue, outgoing); !sent) return sent;
  (void)DOCMILL_FAILPOINT("redrive_sent");
  for (const Message& message : messages)
    if (auto removed = dead_letters.remove(message.receipt_handle); !removed)
      return std::unexpected(std::move(removed).error());
  return {};
}

}  // namespace

Result<std::uint64_t> redrive(Queue& dead_letters, Queue& queue, const std::stop_token& stop) {
  const auto status = dead_letters.status();
  if (!status) return std::unexpected(status.error());
  // SQS counts approximately, and may not have counted the latest.
  const std::uint64_t wanted = std::max<std::uint64_t>(status->visible, message_batch_max);
  std::uint64_t moved = 0;
  while (moved < wanted && !stop.stop_requested()) {
    const std::size_t messages_max = std::min<std::uint64_t>(wanted - moved, message_batch_max);
    auto messages = dead_letters.receive({.messages_max = messages_max, .visibility_timeout = hold}, stop);
    if (!messages) return std::unexpected(std::move(messages).error());
    if (messages->empty()) break;
    if (auto sent = send_back(*messages, dead_letters, queue); !sent) return std::unexpected(std::move(sent).error());
    moved += messages->size();
  }
  return moved;
}

}  // namespace docmill
