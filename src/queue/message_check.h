// What a message may hold, in every queue: the limits of SQS, so that what one takes the other takes too.
#pragma once

#include <span>
#include <string_view>

#include "queue/queue.h"

namespace docmill {

inline constexpr std::size_t message_attributes_max = 10;
inline constexpr std::chrono::seconds message_delay_max{900};

/// Whether `text` is UTF-8 of the characters that SQS takes: those of XML 1.0, thus no control characters but tab, line
/// feed and carriage return, and neither U+FFFE nor U+FFFF.
bool is_message_text(std::string_view text);

/// What a message counts towards `message_size_bytes_max`: its body, and names, types and values of its attributes.
std::size_t size_bytes_of(const OutgoingMessage& message);

/// Errors: invalid_input for no message or more than `message_batch_max`; a body or an attribute's value that is empty
/// or no message text; more than `message_attributes_max` attributes; a name that is none (letters, digits, '_', '-'
/// and single dots inside, up to 256, not beginning with "AWS." or "Amazon."); more than `message_size_bytes_max` in
/// bodies, names and values together; a delay outside 0 and `message_delay_max`. `subject` names the queue.
Result<void> check_messages(std::span<const OutgoingMessage> messages, std::string_view subject);

}  // namespace docmill
