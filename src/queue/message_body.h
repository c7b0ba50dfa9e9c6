// What a message asks for: the bodies of S3's notifications in all their wrappings, and docmill's own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "document/error.h"

namespace docmill {

/// One document that a message asks for.
struct DocumentRequest {
  std::string bucket;  // Place::folder_bucket for a file
  std::string key;     // opaque bytes, decoded
  std::optional<std::string> document_id = {};
  std::string recipe = {};  // a JSON object of settings that differ from the worker's; empty for none
  bool force = false;

  bool operator==(const DocumentRequest&) const = default;
};

struct MessageBody {
  std::vector<DocumentRequest> requests;
  std::string note;  // where there is nothing to do: why ("s3:TestEvent", "ObjectRemoved:Delete")
};

/// S3 event notifications (keys are URL-encoded with '+' for a space, and decoded here once), the same wrapped by SNS,
/// EventBridge "Object Created" (keys are not encoded), and docmill's own {"bucket", "key", "document_id"?, "recipe"?,
/// "force"?}.
///
/// Errors: invalid_input: a poison message; the message says what was expected and found.
Result<MessageBody> parse_message_body(std::string_view body);

/// docmill's own form. A key that is no UTF-8 has its bytes in "key_base64" instead, for JSON holds no other.
std::string message_body_of(const DocumentRequest& request);

}  // namespace docmill
