// Dead letters go back to their queue: `docmill queue redrive`.
#pragma once

#include <cstdint>
#include <stop_token>

#include "base/clock.h"
#include "queue/queue.h"

namespace docmill {

/// Send the messages of `dead_letters` to `queue` again and remove them there, in this order: one that is interrupted
/// leaves duplicates and loses nothing. Those that are visible now, so that a message which fails at once does not go
/// round. How many were sent back.
Result<std::uint64_t> redrive(Queue& dead_letters, Queue& queue, const std::stop_token& stop);

}  // namespace docmill
