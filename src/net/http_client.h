// The one HTTP client: blocking callers, asynchronous underneath, on one group of event loops.
//
// Connections are pooled per endpoint and kept. TLS is 1.2 or later and verified against the system's roots; there is
// no switch for that. The proxy comes from the environment. Redirects are answers like others.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/error.h"
#include "net/http.h"
#include "net/proxy.h"

namespace docmill::net {

class Runtime;

struct HttpClientSettings {
  std::size_t connections_per_endpoint_max = 64;
  std::chrono::milliseconds connect_timeout{3'000};  // TCP and TLS
  /// A transfer that moves fewer bytes in such a time is given up.
  std::uint64_t low_speed_bytes_per_second = 1'024;
  std::chrono::seconds low_speed_time{20};
  ProxySettings proxy{};
  std::string ca_bundle_path{};  // PEM; in place of the system's roots where it is not empty
};

/// An exchange on its way. Destroying it cancels the exchange; nothing that was lent to it is touched afterwards.
class Exchange {
 public:
  Exchange(Exchange&&) noexcept;
  Exchange& operator=(Exchange&&) noexcept;
  ~Exchange();

  /// Block until the exchange has ended. Once.
  Result<Response> wait();

  struct State;

 private:
  friend class HttpClient;
  explicit Exchange(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

/// Any thread may call any member.
///
/// Errors of an exchange, whatever the status of its response:
///   unavailable    no connection, a certificate that does not verify, a reset, a body that ends early
///   timed_out      a deadline, too slow, or told to stop
///   limit_output   the body is larger than `body_size_bytes_max`
///   or what the sink said.
class HttpClient {
 public:
  /// Errors: unavailable (no threads or descriptors), invalid_input (the CA bundle cannot be read).
  static Result<std::unique_ptr<HttpClient>> create(HttpClientSettings settings);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();  // after every Exchange

  Exchange submit(const Request& request);
  Result<Response> send(const Request& request) { return submit(request).wait(); }

  /// For code that brings its own use of the runtime: the chain of credentials.
  Runtime& runtime() const;

 private:
  class Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace docmill::net
