#include "queue/message_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/utf8.h"

namespace docmill {
namespace {

constexpr std::size_t attribute_name_length_max = 256;
// SQS declares each attribute's type, and counts it: "String".
constexpr std::size_t attribute_type_length = 6;

// https://www.w3.org/TR/xml/#charsets
bool is_xml_character(char32_t c) {
  return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xFFFD) || c >= 0x10000;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

bool is_attribute_name(std::string_view name) {
  return !name.empty() && name.size() <= attribute_name_length_max && std::ranges::all_of(name, is_name_character) &&
         name.front() != '.' && name.back() != '.' && name.find("..") == std::string_view::npos &&
         !name.starts_with("AWS.") && !name.starts_with("Amazon.");
}

/// What is wrong with a message; nothing when it is fine.
std::optional<std::string> fault_of(const OutgoingMessage& message) {
  if (message.body.empty()) return "an empty body";
  if (!is_message_text(message.body)) return "a body that is no UTF-8, or has control characters";
  if (message.attributes.size() > message_attributes_max)
    return fmt::format("{} attributes; {} are allowed", message.attributes.size(), message_attributes_max);
  for (const auto& [name, value] : message.attributes) {
    if (!is_attribute_name(name)) return "an attribute whose name is none: letters, digits, '_', '-' and single dots";
    if (value.empty()) return fmt::format("an empty attribute {}", name);
    if (!is_message_text(value))
      return fmt::format("an attribute {} that is no UTF-8, or has control characters", name);
  }
  if (message.delay.count() < 0 || message.delay > message_delay_max)
    return fmt::format("a delay of {} s; 0 to {} are allowed", message.delay.count(), message_delay_max.count());
  return std::nullopt;
}

}  // namespace

bool is_message_text(std::string_view text) {
  while (!text.empty()) {
    const auto character = first_code_point(text);
    if (!character || !is_xml_character(character->value)) return false;
    text.remove_prefix(character->size_bytes);
  }
  return true;
}

std::size_t size_bytes_of(const OutgoingMessage& message) {
  std::size_t size_bytes = message.body.size();
  for (const auto& [name, value] : message.attributes) size_bytes += name.size() + value.size() + attribute_type_length;
  return size_bytes;
}

Result<void> check_messages(std::span<const OutgoingMessage> messages, std::string_view subject) {
  if (messages.empty() || messages.size() > message_batch_max)
    return fail(ErrorKind::invalid_input, subject,
                fmt::format("a batch of {} messages; 1 to {} are allowed", messages.size(), message_batch_max));
  std::size_t size_bytes = 0;
  for (const OutgoingMessage& message : messages) {
    if (auto fault = fault_of(message)) return fail(ErrorKind::invalid_input, subject, "a message with " + *fault);
    size_bytes += size_bytes_of(message);
  }
  if (size_bytes > message_size_bytes_max)
    return fail(
        ErrorKind::invalid_input, subject,
        fmt::format("{} bytes in {} messages; {} are allowed", size_bytes, messages.size(), message_size_bytes_max));
  return {};
}

}  // namespace docmill
