// Where a call goes: host, path and query, each byte encoded once.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/settings.h"
#include "base/error.h"
#include "net/http.h"

namespace docmill::aws {

struct Address {
  net::Endpoint endpoint{};
  std::string target{};  // path and query, encoded
  std::string region{};  // that the signature names
};

using Query = std::vector<std::pair<std::string, std::string>>;

/// Everything but letters, digits and `-._~` as %XX (RFC 3986); `/` too, unless it is kept.
std::string percent_encoded(std::string_view bytes, bool keep_slashes);

/// "?a=b&c=" with both sides encoded; empty for no entries.
std::string encoded_query(const Query& query);

/// An object's or bucket's address. The bucket is part of the host name on AWS, of the path where the endpoint is not
/// AWS's or the name does not fit a certificate (dots, capitals).
/// Errors: invalid_input (no region, no bucket name).
Result<Address> s3_address(const Settings& settings, std::string_view bucket, std::string_view key, const Query& query);

/// The service at the host of a queue's URL, or the configured endpoint. On AWS the URL also names the region.
/// Errors: invalid_input (no URL, no region).
Result<Address> sqs_address(const Settings& settings, std::string_view queue_url);

/// "s3.eu-central-1.amazonaws.com", and its FIPS and dual-stack forms, for every partition.
std::string aws_host(Service service, const Settings& settings);

}  // namespace docmill::aws
