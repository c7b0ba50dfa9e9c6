#include "queue/queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace docmill {
namespace {

// Long enough to receive the rest, short enough to be no loss if giving back fails.
constexpr std::chrono::seconds peek_visibility_timeout{30};

Result<void> give_back(Queue& queue, const std::vector<Message>& messages) {
  for (std::size_t i = 0; i < messages.size(); i += message_batch_max) {
    std::vector<std::string> handles;
    for (std::size_t j = i; j < std::min(messages.size(), i + message_batch_max); ++j)
      handles.push_back(messages[j].receipt_handle);
    if (auto changed = queue.change_visibility(handles, std::chrono::seconds(0)); !changed)
      return std::unexpected(std::move(changed).error());
  }
  return {};
}

}  // namespace

Result<Peek> Queue::peek(std::size_t messages_max) {
  Peek peek{.messages = {}, .counted = true};
  Result<void> received;
  while (peek.messages.size() < messages_max) {
    auto some = receive({.messages_max = std::min(messages_max - peek.messages.size(), message_batch_max),
                         .visibility_timeout = peek_visibility_timeout});
    if (!some) {
      received = std::unexpected(std::move(some).error());
      break;
    }
    if (some->empty()) break;
    std::ranges::move(*some, std::back_inserter(peek.messages));
  }
  const auto given_back = give_back(*this, peek.messages);
  if (!received) return std::unexpected(received.error());
  if (!given_back) return std::unexpected(given_back.error());
  return peek;
}

}  // namespace docmill
