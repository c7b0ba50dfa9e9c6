// Which proxy leads to an endpoint: HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/http.h"

namespace docmill::net {

struct Proxy {
  Endpoint endpoint{};
  std::string user{};
  std::string password{};
};

struct ProxySettings {
  std::optional<Proxy> for_https{};
  std::optional<Proxy> for_http{};
  std::vector<std::string> without{};  // host names and their domains, addresses; "*" for all
};

/// From the environment; the lower-case names come first, as for other programs. A user name and password may be part
/// of the URL. Errors: invalid_input (no URL).
Result<ProxySettings> proxy_from_environment();

/// The proxy for this endpoint; nothing where it is reached directly.
const Proxy* proxy_for(const ProxySettings& settings, const Endpoint& endpoint);

}  // namespace docmill::net
