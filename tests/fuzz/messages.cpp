// Bodies of messages: what comes through must come through again, as docmill writes it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "queue/message_body.h"
#include "queue/message_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto body = docmill::parse_message_body({reinterpret_cast<const char*>(data), size});
  if (!body) return 0;
  for (docmill::DocumentRequest& request : body->requests) {
    request.event.reset();  // docmill's own messages ask for a document as it is, whatever became of it since the event
    const std::string own = docmill::message_body_of(request);
    const auto again = docmill::parse_message_body(own);
    // One request of a large body can outgrow a message when it is escaped.
    const bool is_same = again && again->requests.size() == 1 && again->requests.front() == request;
    if (!docmill::is_message_text(own) || (!is_same && own.size() <= docmill::message_size_bytes_max)) std::abort();
  }
  return 0;
}
