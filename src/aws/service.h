// What a service of AWS is, as a value: one file for each says where it is, how it is signed, how much of it at a time,
// and which of its operations are not like others.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "aws/address.h"
#include "aws/settings.h"
#include "base/error.h"
#include "net/service.h"

namespace docmill::aws {

struct Call;

/// An operation that needs or does something of its own.
struct Operation {
  std::string_view name;             // "HeadObject"
  std::string_view permission = {};  // "GetObject", where it is not called as the operation
  bool reads_an_object = false;      // a failure may be that object's own
  bool answers_early = false;        // 200 before the service knows: the body tells of a failure
};

struct Service {
  /// The name stands in host names, signatures and permissions: "s3".
  net::ServiceTraits traits;
  const char* endpoint_variable;  // "AWS_ENDPOINT_URL_S3"
  /// Errors: invalid_input (no region; no name that the service can have).
  Result<Address> (*address)(const Settings& settings, const Call& call);
  std::span<const Operation> operations = {};
  /// Path and query are signed as they are sent: neither normalised nor encoded a second time.
  bool signs_path_as_sent = false;
  /// Over TLS the signature says nothing of the body, for the service checks a checksum of its own.
  bool leaves_body_to_tls = false;
  /// Whether a temporary redirect (307) to this host is followed; null where none is.
  bool (*redirects_to)(std::string_view host) = nullptr;

  std::string_view name() const { return traits.name; }
};

/// What there is to know of an operation; one like others where the service says nothing of it.
Operation operation_of(const Service& service, std::string_view name);

/// The permission that an operation needs: "s3:GetObject" for HeadObject.
std::string permission_for(const Service& service, std::string_view operation);

/// All that docmill calls. A new service is a file like s3_service.cpp, and an entry here.
std::span<const Service* const> all_services();

}  // namespace docmill::aws
