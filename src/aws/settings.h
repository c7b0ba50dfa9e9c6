// Where AWS is and how to speak to it, from the places where every AWS tool looks: environment and profile.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http.h"

namespace docmill::aws {

enum class Service : std::uint8_t { s3, sqs };

std::string_view name_of(Service service);  // "s3", as in host names and signatures

struct Settings {
  std::string region{};                          // empty where nobody named one
  std::string profile{};                         // "default", or what AWS_PROFILE says
  std::map<Service, net::Endpoint> endpoints{};  // in place of AWS's own
  bool fips = false;
  bool dual_stack = false;
  std::string ca_bundle_path{};         // AWS_CA_BUNDLE
  std::string expected_bucket_owner{};  // an account id, sent with every S3 call; empty: not sent
};

/// The value of an environment variable; nothing where it is unset or empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;
std::optional<std::string> process_environment(const char* name);

/// `region` where it is not empty, else AWS_REGION, AWS_DEFAULT_REGION, the profile. Endpoints from AWS_ENDPOINT_URL_S3
/// and _SQS, AWS_ENDPOINT_URL, the profile; AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is honoured.
/// Errors: invalid_input (an endpoint that is no URL, a region that cannot be part of a host name).
Result<Settings> settings_from(const Environment& environment, std::string_view region);

}  // namespace docmill::aws
