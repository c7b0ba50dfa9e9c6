// What an HTTP exchange is made of: values, without a connection.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace docmill::net {

struct Header {
  std::string name{};
  std::string value{};
};
using Headers = std::vector<Header>;

/// ASCII letters alone.
bool equal_in_any_case(std::string_view a, std::string_view b);

/// The value of the first header of that name, in any case.
std::optional<std::string_view> find(const Headers& headers, std::string_view name);

/// Whom to connect to.
struct Endpoint {
  bool tls = true;
  std::string host{};
  std::uint16_t port = 443;

  /// As the Host header has it: "host", or "host:9000" where the port is not the scheme's own.
  std::string authority() const;
  std::string url() const;
  auto operator<=>(const Endpoint&) const = default;
};

struct Url {
  Endpoint endpoint{};
  std::string target{};  // path and query, as written: "/a?b"; "/" where there is none
};

/// "https://host:port/path?query", with or without port, path and query. Errors: invalid_input (no such URL: another
/// scheme, a user name, no host, bytes that do not belong there).
Result<Url> parse_url(std::string_view text);

/// Part of a file; the descriptor stays the caller's, its offset untouched.
struct FileRange {
  int fd = -1;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// What is sent. Borrowed: it stays as it is until the exchange has ended.
using RequestBody = std::variant<std::string_view, FileRange>;

std::uint64_t size_bytes(const RequestBody& body);

struct ResponseHead {
  int status = 0;
  Headers headers{};

  bool ok() const { return status >= 200 && status < 300; }
  /// Content-Length where there is one.
  std::optional<std::uint64_t> content_length() const;
  /// Retry-After in seconds; nothing where it is absent, a date or nonsense.
  std::optional<std::chrono::seconds> retry_after() const;
};

struct Response {
  ResponseHead head{};
  std::string body{};  // empty where a sink took it
};

/// Where the body of a successful response goes instead of into Response::body. Called from an event-loop thread, in
/// order, never twice at once: the members must not block for long.
class BodySink {
 public:
  virtual ~BodySink() = default;
  /// A 2xx response begins. A repeated exchange begins again: what came before is void. An error ends the exchange
  /// before its body is read, and is not retried unless its kind says so.
  virtual Result<void> begin(const ResponseHead& head) = 0;
  virtual Result<void> write(std::span<const std::byte> bytes) = 0;
};

struct Request {
  std::string method = "GET";
  Endpoint endpoint{};
  std::string target = "/";  // path and query, encoded
  Headers headers{};         // without Host and Content-Length
  RequestBody body = std::string_view{};
  BodySink* sink = nullptr;                                 // borrowed; outlives the exchange
  std::size_t body_size_bytes_max = std::size_t{8} << 20U;  // of Response::body
  std::chrono::milliseconds timeout{60'000};                // for the whole exchange, connecting included
  std::chrono::milliseconds answer_timeout{20'000};         // from the request's last byte to the answer's first
  std::stop_token stop = {};                                // ends the exchange: timed_out, "stopped"
  std::function<void()> on_end = {};                        // once, from any thread, before wait() returns; brief
};

}  // namespace docmill::net
