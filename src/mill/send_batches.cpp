#include "mill/send_batches.h"

#include "queue/message_check.h"

namespace docmill {
namespace {

/// How many of the first messages fit one call; at least one.
std::size_t batch_length(std::span<const OutgoingMessage> messages) {
  std::size_t count = 0;
  std::size_t size_bytes = 0;
  while (count < messages.size() && count < message_batch_max) {
    size_bytes += size_bytes_of(messages[count]);
    if (count > 0 && size_bytes > message_size_bytes_max) break;
    ++count;
  }
  return count;
}

}  // namespace

Result<void> send_in_batches(Queue& queue, std::span<const OutgoingMessage> messages) {
  while (!messages.empty()) {
    const auto batch = messages.first(batch_length(messages));
    if (auto sent = queue.send(batch); !sent) return sent;
    messages = messages.subspan(batch.size());
  }
  return {};
}

}  // namespace docmill
