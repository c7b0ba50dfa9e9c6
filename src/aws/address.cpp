#include "aws/address.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace docmill::aws {
namespace {

constexpr char no_region[] = "no region is set: give --region, or set AWS_REGION or region in the profile";

struct Partition {
  std::string_view region_prefix;
  std::string_view suffix;
  std::string_view dual_stack_suffix;  // of SQS
};

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

const Partition& partition_of(std::string_view region) {
  return *std::ranges::find_if(partitions, [&](const Partition& p) { return region.starts_with(p.region_prefix); });
}

bool is_unreserved(unsigned char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

bool is_bucket_name(std::string_view name) {
  constexpr std::size_t size_min = 3;
  constexpr std::size_t size_max = 255;  // of buckets from before 2018; 63 since
  return name.size() >= size_min && name.size() <= size_max &&
         std::ranges::all_of(name, [](unsigned char c) { return is_unreserved(c) && c != '~'; });
}

bool fits_host_name(std::string_view bucket) {
  constexpr std::size_t label_size_max = 63;
  return bucket.size() <= label_size_max && !bucket.starts_with('-') && !bucket.ends_with('-') &&
         std::ranges::all_of(bucket,
                             [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

/// "eu-central-1" of "sqs.eu-central-1.amazonaws.com"; nothing for other hosts.
std::optional<std::string> region_of_sqs_host(std::string_view host) {
  for (const std::string_view prefix : {"sqs.", "sqs-fips."}) {
    if (!host.starts_with(prefix)) continue;
    const auto rest = host.substr(prefix.size());
    const auto region = rest.substr(0, rest.find('.'));
    const Partition& partition = partition_of(region);
    const auto suffix = rest.substr(std::min(region.size() + 1, rest.size()));
    if (suffix == partition.suffix || suffix == partition.dual_stack_suffix) return std::string(region);
  }
  return std::nullopt;
}

/// No document's fault.
std::unexpected<Error> without_region(std::string_view subject) {
  return std::unexpected(Error{ErrorKind::invalid_input, std::string(subject), no_region, FaultScope::place});
}

}  // namespace

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

std::string aws_host(Service service, const Settings& settings) {
  const Partition& partition = partition_of(settings.region);
  const std::string_view fips = settings.fips ? "-fips" : "";
  if (service == Service::s3)
    return fmt::format("s3{}{}.{}.{}", fips, settings.dual_stack ? ".dualstack" : "", settings.region,
                       partition.suffix);
  return fmt::format("{}{}.{}.{}", name_of(service), fips, settings.region,
                     settings.dual_stack ? partition.dual_stack_suffix : partition.suffix);
}

Result<Address> s3_address(const Settings& settings, std::string_view bucket, std::string_view key,
                           const Query& query) {
  if (settings.region.empty()) return without_region("s3");
  if (!bucket.empty() && !is_bucket_name(bucket))
    return fail(ErrorKind::invalid_input, bucket, "not a bucket's name: 3 to 63 letters, digits, dots and hyphens");
  Address address{.target = "/" + percent_encoded(key, true) + encoded_query(query), .region = settings.region};
  const auto own = settings.endpoints.find(Service::s3);
  address.endpoint =
      own != settings.endpoints.end() ? own->second : net::Endpoint{.host = aws_host(Service::s3, settings)};
  if (bucket.empty()) return address;
  if (own == settings.endpoints.end() && fits_host_name(bucket))
    address.endpoint.host.insert(0, fmt::format("{}.", bucket));
  else
    address.target.insert(0, fmt::format("/{}", bucket));
  return address;
}

Result<Address> sqs_address(const Settings& settings, std::string_view queue_url) {
  Address address{.target = "/", .region = settings.region};
  std::optional<net::Url> url;
  if (!queue_url.empty()) {
    auto parsed = net::parse_url(queue_url);
    if (!parsed) return std::unexpected(std::move(parsed).error());
    url = *std::move(parsed);
    if (auto region = region_of_sqs_host(url->endpoint.host)) address.region = *std::move(region);
  }
  if (address.region.empty()) return without_region(queue_url.empty() ? "sqs" : queue_url);
  const auto own = settings.endpoints.find(Service::sqs);
  if (own != settings.endpoints.end())
    address.endpoint = own->second;
  else if (url)
    address.endpoint = url->endpoint;
  else
    address.endpoint.host = aws_host(Service::sqs, settings);
  return address;
}

}  // namespace docmill::aws
