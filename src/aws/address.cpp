#include "aws/address.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace docmill::aws {
namespace {

constexpr char no_region[] = "no region is set: give --region, or set AWS_REGION or region in the profile";

// botocore's partitions.json; the last one is for all other regions.
constexpr std::array partitions{
    Partition{"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    Partition{"us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    Partition{"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
    Partition{"us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    Partition{"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    Partition{"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
    Partition{"", "amazonaws.com", "api.aws"},
};

}  // namespace

const Partition& partition_of(std::string_view region) {
  return *std::ranges::find_if(partitions, [&](const Partition& p) { return region.starts_with(p.region_prefix); });
}

bool is_unreserved(unsigned char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::string percent_encoded(std::string_view bytes, bool keep_slashes) {
  std::string encoded;
  encoded.reserve(bytes.size());
  for (const unsigned char c : bytes) {
    if (is_unreserved(c) || (keep_slashes && c == '/'))
      encoded.push_back(static_cast<char>(c));
    else
      encoded += fmt::format("%{:02X}", c);
  }
  return encoded;
}

std::string encoded_query(const Query& query) {
  std::string encoded;
  for (const auto& [name, value] : query)
    encoded += fmt::format("{}{}={}", encoded.empty() ? '?' : '&', percent_encoded(name, false),
                           percent_encoded(value, false));
  return encoded;
}

std::string host_of(std::string_view service, const Settings& settings) {
  const Partition& partition = partition_of(settings.region);
  return fmt::format("{}{}.{}.{}", service, settings.fips ? "-fips" : "", settings.region,
                     settings.dual_stack ? partition.dual_stack_suffix : partition.suffix);
}

std::unexpected<Error> without_region(std::string_view subject) {
  return std::unexpected(Error{ErrorKind::invalid_input, std::string(subject), no_region, FaultScope::place});
}

}  // namespace docmill::aws
