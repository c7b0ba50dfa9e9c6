#include "aws/sqs_service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "aws/client.h"

namespace docmill::aws {
namespace {

/// "eu-central-1" of "sqs.eu-central-1.amazonaws.com"; nothing for other hosts.
std::optional<std::string> region_of_host(std::string_view host) {
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

Result<Address> address_of(const Settings& settings, const Call& call) { return sqs_address(settings, call.url); }

}  // namespace

constinit const Service sqs_service{
    .traits = {.name = "sqs"}, .endpoint_variable = "AWS_ENDPOINT_URL_SQS", .address = address_of};

Result<Address> sqs_address(const Settings& settings, std::string_view queue_url) {
  Address address{.target = "/", .region = settings.region};
  std::optional<net::Url> url;
  if (!queue_url.empty()) {
    auto parsed = net::parse_url(queue_url);
    if (!parsed) return std::unexpected(std::move(parsed).error());
    url = *std::move(parsed);
    if (auto region = region_of_host(url->endpoint.host)) address.region = *std::move(region);
  }
  if (address.region.empty()) return without_region(queue_url.empty() ? "sqs" : queue_url);
  if (const auto own = settings.endpoint_of(sqs_service.name()))
    address.endpoint = *own;
  else if (url)
    address.endpoint = url->endpoint;
  else
    address.endpoint.host = host_of("sqs", settings);
  return address;
}

}  // namespace docmill::aws
