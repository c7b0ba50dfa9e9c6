#include "net/proxy.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace docmill::net {
namespace {

std::string variable(const char* lower_case, const char* upper_case) {
  for (const char* name : {lower_case, upper_case})
    // Read at start, before anything could change the environment.
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return {};
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    decoded.push_back(escape ? static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])) : text[i]);
    if (escape) i += 2;
  }
  return decoded;
}

/// "http://user:password@host:port", with or without the scheme and the user.
Result<std::optional<Proxy>> proxy_from(const char* name, std::string text) {
  if (text.empty()) return std::nullopt;
  if (!text.contains("://")) text.insert(0, "http://");
  Proxy proxy;
  const auto start = text.find("://") + 3;
  if (const auto at = text.rfind('@', text.find('/', start)); at != std::string::npos && at >= start) {
    const auto user = text.substr(start, at - start);
    const auto colon = std::min(user.find(':'), user.size());
    proxy.user = percent_decoded(std::string_view(user).substr(0, colon));
    proxy.password = percent_decoded(std::string_view(user).substr(std::min(colon + 1, user.size())));
    text.erase(start, at + 1 - start);
  }
  auto url = parse_url(text);
  // Its text stays out of the message: there may be a password in it.
  if (!url) return fail(ErrorKind::invalid_input, name, "not a URL such as http://user:password@host:port");
  proxy.endpoint = std::move(url->endpoint);
  return proxy;
}

/// `host` is `name` or lies below it: "example.com" and ".example.com" cover "s3.example.com".
bool covers(std::string_view name, std::string_view host) {
  if (name == "*" || name == host) return true;
  if (!name.starts_with('.')) return host.ends_with(name) && host[host.size() - name.size() - 1] == '.';
  return host.ends_with(name) || host == name.substr(1);
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const auto end = std::min(list.find_first_of(", "), list.size());
    if (end > 0) names.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

}  // namespace

Result<ProxySettings> proxy_from_environment() {
  ProxySettings settings;
  auto https = proxy_from("HTTPS_PROXY", variable("https_proxy", "HTTPS_PROXY"));
  if (!https) return std::unexpected(std::move(https).error());
  auto http = proxy_from("HTTP_PROXY", variable("http_proxy", "HTTP_PROXY"));
  if (!http) return std::unexpected(std::move(http).error());
  settings.for_https = *std::move(https);
  settings.for_http = *std::move(http);
  settings.without = split(variable("no_proxy", "NO_PROXY"));
  return settings;
}

const Proxy* proxy_for(const ProxySettings& settings, const Endpoint& endpoint) {
  const auto& proxy = endpoint.tls ? settings.for_https : settings.for_http;
  if (!proxy) return nullptr;
  const bool direct = std::ranges::any_of(settings.without, [&](const std::string& name) {
    const auto colon = name.find(':');
    const bool names_port = colon != std::string::npos && name.find(':', colon + 1) == std::string::npos;
    return names_port ? name == endpoint.authority() : covers(name, endpoint.host);
  });
  return direct ? nullptr : &*proxy;
}

}  // namespace docmill::net
