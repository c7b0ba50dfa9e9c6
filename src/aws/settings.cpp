#include "aws/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "aws/profile.h"
#include "aws/service.h"

namespace docmill::aws {
namespace {

constexpr std::size_t region_size_max = 32;

bool is_region(std::string_view name) {
  return name.size() <= region_size_max &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

/// Where a value was found, for errors, and the value.
struct Found {
  std::string where;
  std::string value;
};

/// The environment, then the profile.
class Sources {
 public:
  Sources(const Environment& environment, const Profile& profile) : environment_(environment), profile_(profile) {}

  std::optional<Found> variable(const char* name) const {
    auto value = environment_(name);
    if (!value) return std::nullopt;
    return Found{name, *std::move(value)};
  }
  std::optional<Found> entry(const char* name) const {
    auto value = profile_.get(name);
    if (!value) return std::nullopt;
    return Found{fmt::format("{} of profile {}", name, profile_.name()), *std::move(value)};
  }
  std::optional<Found> service_endpoint(std::string_view service) const {
    auto value = profile_.service_endpoint(service);
    if (!value) return std::nullopt;
    return Found{fmt::format("endpoint_url of {} in profile {}", service, profile_.name()), *std::move(value)};
  }

 private:
  const Environment& environment_;
  const Profile& profile_;
};

/// The first of several places that says something.
template <typename... Places>
std::optional<Found> first_of(Places... places) {
  std::optional<Found> found;
  (void)((found = std::move(places)) || ...);
  return found;
}

bool is_true(const std::optional<Found>& found) {
  return found && (found->value == "true" || found->value == "True" || found->value == "TRUE" || found->value == "1");
}

Result<net::Endpoint> endpoint_from(const Found& found) {
  auto url = net::parse_url(found.value);
  if (!url) return std::unexpected(std::move(url).error().within(found.where));
  if (url->target != "/")
    return fail(ErrorKind::invalid_input, found.where, "an endpoint with a path is not supported");
  return std::move(url->endpoint);
}

Result<void> read_endpoints(const Sources& sources, Settings& settings) {
  if (is_true(first_of(sources.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
                       sources.entry("ignore_configured_endpoint_urls"))))
    return {};
  for (const Service* service : all_services()) {
    const auto found = first_of(sources.variable(service->endpoint_variable), sources.variable("AWS_ENDPOINT_URL"),
                                sources.service_endpoint(service->name()), sources.entry("endpoint_url"));
    if (!found) continue;
    auto endpoint = endpoint_from(*found);
    if (!endpoint) return std::unexpected(std::move(endpoint).error());
    settings.endpoints[std::string(service->name())] = *std::move(endpoint);
  }
  return {};
}

}  // namespace

std::optional<net::Endpoint> Settings::endpoint_of(std::string_view service) const {
  const auto found = endpoints.find(service);
  return found == endpoints.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> process_environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

Result<Settings> settings_from(const Environment& environment, std::string_view region) {
  const Profile profile = read_profile(environment);
  const Sources sources(environment, profile);
  Settings settings{.profile = profile.name()};
  const auto named = region.empty() ? std::nullopt : std::optional(Found{"--region", std::string(region)});
  const auto found =
      first_of(named, sources.variable("AWS_REGION"), sources.variable("AWS_DEFAULT_REGION"), sources.entry("region"));
  if (found && !is_region(found->value))
    return fail(ErrorKind::invalid_input, found->where, "not the name of a region such as eu-central-1");
  if (found) settings.region = found->value;
  settings.fips = is_true(first_of(sources.variable("AWS_USE_FIPS_ENDPOINT"), sources.entry("use_fips_endpoint")));
  settings.dual_stack =
      is_true(first_of(sources.variable("AWS_USE_DUALSTACK_ENDPOINT"), sources.entry("use_dualstack_endpoint")));
  if (auto bundle = first_of(sources.variable("AWS_CA_BUNDLE"), sources.entry("ca_bundle")))
    settings.ca_bundle_path = std::move(bundle->value);
  if (auto read = read_endpoints(sources, settings); !read) return std::unexpected(std::move(read).error());
  return settings;
}

}  // namespace docmill::aws
