// Where AWS is and how to speak to it, from the places where every AWS tool looks: environment and profile.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http.h"

namespace docmill::aws {

struct Settings {
  std::string region{};                                           // empty where nobody named one
  std::string profile{};                                          // "default", or what AWS_PROFILE says
  std::map<std::string, net::Endpoint, std::less<>> endpoints{};  // in place of AWS's own, by the name of the service
  bool fips = false;
  bool dual_stack = false;
  std::string ca_bundle_path{};         // AWS_CA_BUNDLE
  std::string expected_bucket_owner{};  // an account id, sent with the calls of aws::S3; empty: not sent

  std::optional<net::Endpoint> endpoint_of(std::string_view service) const;
};

/// The value of an environment variable; nothing where it is unset or empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;
std::optional<std::string> process_environment(const char* name);

/// `region` where it is not empty, else AWS_REGION, AWS_DEFAULT_REGION, the profile. Endpoints from the
/// variable of the service (AWS_ENDPOINT_URL_S3), AWS_ENDPOINT_URL, the profile; AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is
/// honoured. Errors: invalid_input (an endpoint that is no URL, a region that cannot be part of a host name).
Result<Settings> settings_from(const Environment& environment, std::string_view region);

}  // namespace docmill::aws
