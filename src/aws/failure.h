// An answer that is no success, read and told so that one can act.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "aws/settings.h"
#include "base/clock.h"
#include "base/error.h"
#include "net/http.h"

namespace docmill::aws {

/// What AWS says went wrong: XML of S3, JSON of SQS, or headers alone, as for a HEAD.
struct Failure {
  int status = 0;
  std::string code{};        // "AccessDenied"; made from the status where the answer has none: "Forbidden"
  std::string message{};     // AWS's words
  std::string request_id{};  // what AWS's support asks for
  std::string region{};      // where the bucket is, if that was the trouble
};

/// Pure; believes nothing: the answer may be anything.
Failure failure_from(const net::Response& response);

/// The caller of a failed call, for its error.
struct Caller {
  Service service = Service::s3;
  std::string_view operation;
  std::string_view resource;
};

/// Kind, and a message that names operation, status, code and request id, and says what to do. Pure.
Error error_from(const Failure& failure, const Caller& caller);

/// The permission that an operation needs: "s3:GetObject" for HeadObject.
std::string permission_for(Service service, std::string_view operation);

bool is_throttling(const Failure& failure);
/// Credentials that may be renewed. A HEAD has no body to say so: there a plain 400 counts.
bool is_expired_token(const Failure& failure);

/// How far the server's clock is from `signed_at`; nothing where they agree within four minutes (AWS allows five to
/// fifteen), or it does not tell.
std::optional<std::chrono::seconds> clock_skew(const net::ResponseHead& head, WallTime signed_at);

/// Retry-After in seconds; nothing where it is absent, a date or nonsense.
std::optional<std::chrono::milliseconds> retry_after(const net::ResponseHead& head);

/// The first <name>...</name>, unescaped; nothing where there is none. For the small documents that S3 sends.
std::optional<std::string> xml_text(std::string_view xml, std::string_view name);

}  // namespace docmill::aws
