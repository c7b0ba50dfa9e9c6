#include "net/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace docmill::net {
namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }

/// Letters, digits, `-`, `.`, `_`; an IPv6 address in its brackets.
bool is_host(std::string_view host) {
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  return !host.empty() && std::ranges::all_of(host, [&](char c) {
    return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' || c == '.' ||
           c == '_' || (bracketed && (c == ':' || c == '%'));
  });
}

}  // namespace

bool equal_in_any_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

std::optional<std::string_view> find(const Headers& headers, std::string_view name) {
  const auto found = std::ranges::find_if(headers, [&](const Header& h) { return equal_in_any_case(h.name, name); });
  if (found == headers.end()) return std::nullopt;
  return found->value;
}

std::string Endpoint::authority() const {
  return port == (tls ? https_port : http_port) ? host : fmt::format("{}:{}", host, port);
}

std::string Endpoint::url() const { return (tls ? "https://" : "http://") + authority(); }

Result<Url> parse_url(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return fail(ErrorKind::invalid_input, text, fmt::format("not a URL such as https://host:port/: {}", why));
  };
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return bad("it has no scheme");
  const auto scheme = text.substr(0, scheme_end);
  Url url;
  url.endpoint.tls = equal_in_any_case(scheme, "https");
  if (!url.endpoint.tls && !equal_in_any_case(scheme, "http")) return bad("its scheme is neither http nor https");
  const auto rest = text.substr(scheme_end + 3);
  if (!std::ranges::all_of(rest, is_visible)) return bad("it has spaces, control or non-ASCII bytes");
  const auto path = std::min(rest.find_first_of("/?#"), rest.size());
  auto authority = rest.substr(0, path);
  if (authority.contains('@')) return bad("it has a user name");
  url.endpoint.port = url.endpoint.tls ? https_port : http_port;
  if (const auto colon = authority.rfind(':'); colon != std::string_view::npos && !authority.ends_with(']')) {
    const auto port = number<std::uint16_t>(authority.substr(colon + 1));
    if (!port || *port == 0) return bad("its port is no number from 1 to 65535");
    url.endpoint.port = *port;
    authority = authority.substr(0, colon);
  }
  if (!is_host(authority)) return bad("its host is no host name");
  url.endpoint.host.resize(authority.size());
  std::ranges::transform(authority, url.endpoint.host.begin(), ascii_lower);
  url.target = rest.substr(path, rest.find('#') - path);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

std::uint64_t size_bytes(const RequestBody& body) {
  if (const auto* bytes = std::get_if<std::string_view>(&body)) return bytes->size();
  return std::get<FileRange>(body).length;
}

std::optional<std::uint64_t> ResponseHead::content_length() const {
  const auto value = find(headers, "content-length");
  return value ? number<std::uint64_t>(*value) : std::nullopt;
}

std::optional<std::chrono::seconds> ResponseHead::retry_after() const {
  const auto value = find(headers, "retry-after");
  const auto seconds = value ? number<std::uint32_t>(*value) : std::nullopt;
  return seconds ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
}

}  // namespace docmill::net
