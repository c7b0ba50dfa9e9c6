// Health and metrics of a run over HTTP: `--http`. Knows nothing of documents.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "mill/liveness.h"
#include "service/listen_address.h"
#include "telemetry/metrics.h"

namespace docmill {

struct StatusServerSettings {
  ListenAddress listen;
  std::size_t header_size_bytes_max = std::size_t{8} << 10U;
  /// For a whole header, for an answer to be taken, and for the next request of a connection that is kept.
  std::chrono::milliseconds header_timeout{5'000}, answer_timeout{5'000}, idle_timeout{15'000};
  /// When one more comes, the one that has waited longest for its request is closed: whoever holds connections without
  /// a request keeps nobody out.
  std::size_t connections_max = 128;
};

/// Answers GET and HEAD of
///   /healthz   200 while the run makes progress, else 503
///   /readyz    200 while it takes work, else 503 with the reason
///   /metrics   Prometheus' text format
/// and nothing else: 404, 405, 400 (with Connection: close, as for all that could be read in two ways), 413 for a body,
/// 421 for another host's name on a loopback address (DNS rebinding), 431 for a header that is too long. A request that
/// does not come in time ends without an answer.
///
/// One thread of its own. The destructor stops it at once, in the middle of an answer if need be.
class StatusServer {
 public:
  /// `metrics` outlives it; `health` is asked from its thread, and brief.
  ///
  /// Errors: invalid_input (no such host), unavailable (the port is taken, or no descriptor can be had), denied (the
  /// port may not be used).
  static Result<std::unique_ptr<StatusServer>> start(const StatusServerSettings& settings, const Metrics& metrics,
                                                     std::function<Health()> health);
  StatusServer(const StatusServer&) = delete;
  StatusServer& operator=(const StatusServer&) = delete;
  ~StatusServer();

  std::uint16_t port() const;

 private:
  class Impl;
  explicit StatusServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace docmill
