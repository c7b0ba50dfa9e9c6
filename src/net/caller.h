// The one caller of services over HTTP: sends, repeats by the one retry policy, slows down when told to, counts, and
// says what went wrong. What a service is stands in net/service.h.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "net/http.h"
#include "net/http_client.h"
#include "net/service.h"

namespace docmill::net {

struct Answer {
  int status = 0;
  Headers headers{};
  std::string body{};
  int attempts = 1;  // requests sent for it; more than one may mean that an earlier one took effect
};

/// What was sent, by operation.
struct OperationCount {
  std::uint64_t requests = 0;   // every attempt
  std::uint64_t retries = 0;    // those of them that were not the first of their call
  std::uint64_t throttled = 0;  // answers that said so
  std::uint64_t failures = 0;   // calls that ended with an error
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
};

class Caller;

/// A call on its way; its first attempt is being sent. Destroying it cancels it.
class PendingCall {
 public:
  PendingCall(PendingCall&&) noexcept;
  PendingCall& operator=(PendingCall&&) noexcept;
  ~PendingCall();

  /// Block until the call is answered, with the further attempts that it takes. Once.
  Result<Answer> wait();

 private:
  friend class Caller;
  struct State;
  explicit PendingCall(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Times that a service may mend a cause within one call (Refusal::mended) before its refusal counts as an error: those
/// of AWS are three, a clock, credentials and a redirect.
inline constexpr int mends_max = 3;

/// Any thread may call any member. One instance for the whole program: it holds the retry budget of all services, and
/// the concurrency limit of each.
///
/// Errors of a call, all of which name resource and operation, and quote no secret of the service:
///   throttled, unavailable, timed_out   after the attempts of the one retry policy, or told to stop
///   limit_output   an answer larger than the call allows
///   or what the service, or the sink, said.
class Caller {
 public:
  /// `http`, `clock` and `random` outlive it.
  Caller(HttpClient& http, Clock& clock, Random& random);
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;
  ~Caller();

  Result<Answer> call(std::shared_ptr<Service> service, Call call) {
    return submit(std::move(service), std::move(call)).wait();
  }
  /// Begin a call, so that one thread can have several on their way. Blocks while the concurrency limit is reached.
  PendingCall submit(std::shared_ptr<Service> service, Call call);

  /// Of the service with this name, by operation.
  std::map<std::string, OperationCount> counts(std::string_view service) const;

 private:
  friend class PendingCall;
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace docmill::net
