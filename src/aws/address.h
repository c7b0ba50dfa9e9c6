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

/// A byte that is never encoded: letters, digits and `-._~` (RFC 3986).
bool is_unreserved(unsigned char c);

/// All bytes but the unreserved ones as %XX; `/` too, unless it is kept.
std::string percent_encoded(std::string_view bytes, bool keep_slashes);

/// "?a=b&c=" with both sides encoded; empty for no entries.
std::string encoded_query(const Query& query);

/// A part of AWS with domains of its own.
struct Partition {
  std::string_view region_prefix;
  std::string_view suffix;
  std::string_view dual_stack_suffix;
};
const Partition& partition_of(std::string_view region);

/// "sqs.eu-central-1.amazonaws.com", and its FIPS and dual-stack forms, for every partition: where a service is of
/// which its own file says nothing else.
std::string host_of(std::string_view service, const Settings& settings);

/// The error of a call for which nobody named a region. No document's fault.
std::unexpected<Error> without_region(std::string_view subject);

}  // namespace docmill::aws
