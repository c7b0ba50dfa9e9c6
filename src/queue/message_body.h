// What a message asks for: the bodies of S3's notifications in all their wrappings, and docmill's own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "document/job.h"

namespace docmill {

/// One document that a message asks for.
struct DocumentRequest {
  std::string bucket;  // Place::folder_bucket for a file
  std::string key;     // opaque bytes, decoded
  std::optional<std::string> document_id = {};
  std::string recipe = {};  // a JSON object of settings that differ from the worker's; empty for none
  bool force = false;
  std::optional<SourceEvent> event = {};  // that it comes from, where that says so

  bool operator==(const DocumentRequest&) const = default;
};

struct MessageBody {
  std::vector<DocumentRequest> requests;
  std::string note;  // what was left out, and why there may be no request: "s3:TestEvent", "ObjectRemoved:Delete"
};

/// S3 event notifications (keys are URL-encoded with '+' for a space, and decoded here once), the same wrapped by SNS,
/// EventBridge "Object Created" and "Object Restore Completed" (keys are not encoded), any of them in the records of a
/// batch for Lambda, and docmill's own {"bucket", "key", "document_id"?, "recipe"?, "force"?}. Other events of S3
/// become the note; of several records those that created an object, or brought one back from an archive, count.
///
/// Errors: invalid_input: a poison message, whole; the message says what was expected and found.
Result<MessageBody> parse_message_body(std::string_view body);

/// docmill's own form. A key that is no UTF-8 has its bytes in "key_base64" instead, for JSON holds no other.
std::string message_body_of(const DocumentRequest& request);

}  // namespace docmill
