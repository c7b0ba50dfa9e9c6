#include "service/listen_address.h"

#include <fmt/format.h>

#include <charconv>

namespace docmill {
namespace {

bool is_host(std::string_view text, bool bracketed) {
  const std::string_view others = bracketed ? ":." : ".-";
  for (const char c : text) {
    const bool letter_or_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter_or_digit && others.find(c) == std::string_view::npos) return false;
  }
  return !bracketed || text.find(':') != std::string_view::npos;
}

}  // namespace

std::string ListenAddress::text() const {
  const bool bracketed = host.find(':') != std::string::npos;
  return bracketed ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::expected<ListenAddress, std::string> parse_listen_address(std::string_view text) {
  const std::unexpected<std::string> expected("HOST:PORT, [::1]:PORT or :PORT, such as 127.0.0.1:9090");
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return expected;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  ListenAddress address{.host = std::string(host)};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() || !is_host(host, bracketed))
    return expected;
  return address;
}

}  // namespace docmill
