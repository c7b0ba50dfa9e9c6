// Where a server listens, as people write it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace docmill {

struct ListenAddress {
  std::string host;        // an address or a name; empty for every address of this machine
  std::uint16_t port = 0;  // 0: any that is free

  bool empty() const { return host.empty() && port == 0; }
  /// "127.0.0.1:9090", "[::1]:9090", ":9090".
  std::string text() const;
  bool operator==(const ListenAddress&) const = default;
};

/// "HOST:PORT", "[::1]:PORT" or ":PORT". What was expected, when the text is none of them.
std::expected<ListenAddress, std::string> parse_listen_address(std::string_view text);

}  // namespace docmill
