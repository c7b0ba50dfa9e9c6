// One request and its response on their way: what an Exchange holds, and what the runtime's callbacks change.
#pragma once

#include <aws/http/connection_manager.h>
#include <aws/http/request_response.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "net/crt.h"
#include "net/http_client.h"
#include "net/speed.h"

namespace docmill::net {

/// The connections to one endpoint, and who waits for one. Any thread.
///
/// A TLS handshake that has failed costs one exchange, the one that waits longest, and at once. The runtime itself
/// keeps such a connection for up to half a minute before it says so (s2n hides from an attacker how long it took).
/// Then it tells one that waits, which has nothing to do with it and asks for a connection again.
class ConnectionPool {
 public:
  void add_waiting(std::weak_ptr<Exchange::State> exchange);
  void remove_waiting(const Exchange::State& exchange);
  void on_failed_handshake();
  /// Whether what the runtime tells now of a failed handshake has cost somebody an exchange before.
  bool is_known_failure();

  aws_http_connection_manager* connections = nullptr;

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<Exchange::State>> waiting_;  // the longest first
  int failures_to_hear_of_ = 0;                          // of the runtime, later
};

/// Ends once, by whoever comes first: the runtime, the watch over deadlines, or the caller who lets go. From then on it
/// touches nothing that the caller lent it, whatever the runtime still has to say.
struct Exchange::State : std::enable_shared_from_this<Exchange::State> {
  State(Request request_, const HttpClientSettings& settings);

  /// Ask `pool` for a connection, then send over it. The pool outlives every connection that it lent.
  void start(ConnectionPool& pool);
  /// The handshake of a connection has failed. False where this one has ended already.
  bool fail_handshake();
  /// Ended where a deadline has passed, the transfer is too slow, or the caller wants to stop.
  void check(std::chrono::steady_clock::time_point now);
  /// End it with `error`, if nothing ended it before.
  void abandon(Error error);
  Result<Response> wait();
  bool ended();

 private:
  using Lock = std::unique_lock<std::mutex>;
  using TimePoint = std::chrono::steady_clock::time_point;
  /// Its callbacks' context while the runtime has a pointer to it.
  struct CallbackContext {
    std::shared_ptr<State> state;
  };

  static void on_connection(aws_http_connection* connection, int error_code, void* context);
  static int on_headers(aws_http_stream* stream, aws_http_header_block block, const aws_http_header* headers,
                        std::size_t count, void* context);
  static int on_headers_done(aws_http_stream* stream, aws_http_header_block block, void* context);
  static int on_body(aws_http_stream* stream, const aws_byte_cursor* bytes, void* context);
  static void on_complete(aws_http_stream* stream, int error_code, void* context);

  Handle<aws_http_message, aws_http_message_release> make_message();
  /// The stream, begun; nothing when the runtime refuses.
  aws_http_stream* send(aws_http_connection* connection, void* context);
  Result<void> take_head();
  Result<void> take_body(std::string_view bytes);
  Result<void> check_length() const;
  std::size_t read_request(std::uint64_t offset, char* to, std::size_t size_bytes);
  std::optional<std::string> overdue(TimePoint now);
  void acquire();
  Error error_of(int crt_code) const;
  void end(Lock lock, Result<Response> result);
  bool takes_sink() const { return request_.sink != nullptr && response_.head.ok(); }

  const Request request_;
  const std::chrono::milliseconds connect_timeout_;
  const TimePoint deadline_;
  ConnectionPool* pool_ = nullptr;

  std::mutex mutex_;
  aws_http_connection* connection_ = nullptr;
  std::condition_variable has_ended_;
  std::optional<Result<Response>> result_;  // there: it has ended
  bool told_ = false;                       // on_end() was called: who waits goes on
  std::optional<Error> failure_;            // why a callback broke it off
  aws_http_stream* stream_ = nullptr;
  Response response_;
  std::size_t header_bytes_ = 0;
  std::uint64_t sent_bytes_ = 0;
  std::uint64_t received_bytes_ = 0;
  std::optional<TimePoint> sent_at_;  // there: the request is out, and no byte of the answer has come
  bool moving_ = false;               // bytes of a body should be moving, one way or the other
  SpeedWatch speed_;
};

}  // namespace docmill::net
