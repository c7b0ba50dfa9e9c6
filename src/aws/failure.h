// An answer of AWS that is no success, read and told so that one can act.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "aws/service.h"
#include "base/clock.h"
#include "base/error.h"
#include "net/http.h"
#include "net/service.h"

namespace docmill::aws {

/// What AWS says went wrong: XML as S3 writes it, JSON as all newer services
/// do, or headers alone, as for a HEAD. The first byte tells which, for a gateway may answer in the place of a service.
struct Failure {
  int status = 0;
  std::string code{};        // "AccessDenied"; made from the status where the answer has none: "Forbidden"
  std::string message{};     // AWS's words
  std::string request_id{};  // what AWS's support asks for
  std::string region{};      // where the bucket is, if that was the trouble
};

/// Pure; believes nothing: the answer may be anything.
Failure failure_from(const net::Response& response);

/// What it means, and what to do about it: the kind, how far the fault reaches, and the advice. Words that quote a
/// signature are left out. Pure.
net::Refusal refusal_from(const Failure& failure, const Service& service, std::string_view operation);

/// Credentials that may be renewed. A HEAD has no body to say so: there a plain 400 counts.
bool is_expired_token(const Failure& failure);

/// How far the server's clock is from `signed_at`; nothing where they agree within four minutes (AWS allows five to
/// fifteen), or it does not tell.
std::optional<std::chrono::seconds> clock_skew(const net::ResponseHead& head, WallTime signed_at);

/// The first <name>...</name>, unescaped; nothing where there is none. For the small documents that S3 sends.
std::optional<std::string> xml_text(std::string_view xml, std::string_view name);

}  // namespace docmill::aws
