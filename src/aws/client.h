// Calls of AWS services: resolves the endpoint, signs, sends, retries, and says what went wrong.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "aws/credentials.h"
#include "aws/settings.h"
#include "base/clock.h"
#include "base/error.h"
#include "net/http.h"
#include "net/http_client.h"

namespace docmill::aws {

/// One call. What it borrows (body, sink) outlives it.
struct Call {
  Service service = Service::s3;
  std::string operation{};  // "GetObject": for errors, counters and the name of the permission
  std::string resource{};   // for errors: "s3://bucket/key", the queue's URL
  std::string method = "GET";
  std::string bucket = {};  // S3: empty for calls that have none
  std::string key = {};     // S3: opaque bytes, not encoded
  std::string url = {};     // SQS: the queue's URL, whose host is called; empty for calls that have none
  std::vector<std::pair<std::string, std::string>> query = {};  // not encoded
  net::Headers headers = {};  // as they are; Host, Content-Length, date and authorization are added
  net::RequestBody body = std::string_view{};
  net::BodySink* sink = nullptr;
  std::size_t body_size_bytes_max = std::size_t{16} << 20U;
  /// Statuses that are answers to this caller, 2xx apart: 404 of a HEAD, 412 of a conditional put. NoSuchBucket is
  /// an error nevertheless.
  std::vector<int> also_expected = {};
  std::chrono::milliseconds answer_timeout{20'000};  // for a first byte; longer for a call that waits for messages
  std::chrono::milliseconds timeout{120'000};        // for the whole call with all its attempts
  std::stop_token stop = {};                         // no further attempt; the one on its way ends with timed_out
  std::stop_token stop_repeating = {};               // no further attempt; the one on its way may be answered
};

struct Answer {
  int status = 0;
  net::Headers headers{};
  std::string body{};
  std::string code{};  // AWS's error code where the status is not 2xx: "PreconditionFailed"
  int attempts = 1;    // requests sent for it; more than one may mean that an earlier one took effect
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

class Client;

/// A call on its way; its first attempt is being sent. Destroying it cancels it.
class PendingCall {
 public:
  PendingCall(PendingCall&&) noexcept;
  PendingCall& operator=(PendingCall&&) noexcept;
  ~PendingCall();

  /// Block until the call is answered, with the further attempts that it takes. Once.
  Result<Answer> wait();

 private:
  friend class Client;
  struct State;
  explicit PendingCall(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Any thread may call any member. One instance for the whole program: it holds the credentials, the retry budget and
/// the concurrency limit.
///
/// Errors of a call, all of which name operation, resource, HTTP status, AWS's code and request id, and say what to do:
///   denied         no or refused credentials, a missing permission (named), a clock that is wrong for good
///   not_found      no such bucket, queue or object
///   throttled, unavailable, timed_out   after the attempts of the one retry policy
///   invalid_input  what the service calls a bad request, the wrong region among them
///   limit_output   an answer larger than the caller allowed
///   or what the sink said.
class Client {
 public:
  /// With the default chain of credentials, which is asked at the first call. `http`, `clock` and `random` outlive the
  /// client.
  static Result<std::unique_ptr<Client>> create(net::HttpClient& http, Settings settings, Clock& clock, Random& random);
  Client(net::HttpClient& http, Settings settings, std::unique_ptr<CredentialSource> credentials, Clock& clock,
         Random& random);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  Result<Answer> call(const Call& call) { return submit(call).wait(); }
  /// Begin a call, so that one thread can have several on their way. Blocks while the concurrency limit is reached.
  PendingCall submit(Call call);

  const Settings& settings() const;
  std::map<std::string, OperationCount> counts() const;

 private:
  friend class PendingCall;
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace docmill::aws
