// AWS Signature Version 4, by aws-c-auth.
#pragma once

#include <string_view>

#include "aws/credentials.h"
#include "aws/service.h"
#include "base/clock.h"
#include "base/error.h"
#include "net/http.h"

namespace docmill::aws {

struct Signing {
  const Service& service;
  std::string_view region;
  WallTime time;
  std::string_view body_hash;  // SHA-256 in hex, or "UNSIGNED-PAYLOAD"
};

/// Adds Authorization, X-Amz-Date, X-Amz-Content-Sha256 and the session token to the headers of `request`. Path and
/// query are signed byte for byte as they are sent: for S3 neither normalised nor encoded a second time. Errors:
/// invalid_input (something that cannot be signed).
Result<void> sign(net::Request& request, const Credentials& credentials, const Signing& signing);

/// What a signature says of the body: nothing where the service leaves it to TLS; else the hash.
/// Errors: unavailable (the body's file cannot be read).
Result<std::string> body_hash(const Service& service, const net::Request& request);

}  // namespace docmill::aws
