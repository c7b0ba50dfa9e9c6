// Messages to a queue, in as few calls as its limits allow.
#pragma once

#include <span>
#include <stop_token>

#include "document/clock.h"
#include "queue/queue.h"

namespace docmill {

/// Send `messages` in their order, up to ten and `message_size_bytes_max` a call, with the usual retries. On an error
/// some may have been sent.
Result<void> send_in_batches(Queue& queue, std::span<const OutgoingMessage> messages, Clock& clock, Random& random,
                             const std::stop_token& stop);

}  // namespace docmill
