// Messages to a queue, in as few calls as its limits allow.
#pragma once

#include <span>

#include "queue/queue.h"

namespace docmill {

/// Send `messages` in their order, up to ten and `message_size_bytes_max` a call. On an error some may have been sent.
Result<void> send_in_batches(Queue& queue, std::span<const OutgoingMessage> messages);

}  // namespace docmill
