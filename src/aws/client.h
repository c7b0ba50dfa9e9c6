// Calls of AWS services: what the one caller (net/caller.h) does not know of them. Finds the address, signs, renews
// credentials, corrects the clock, follows redirects, and reads errors. What one service is stands in aws/service.h.
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
#include "aws/service.h"
#include "aws/settings.h"
#include "base/clock.h"
#include "base/error.h"
#include "net/caller.h"
#include "net/http.h"

namespace docmill::aws {

using net::Answer;
using net::OperationCount;
using net::PendingCall;

/// One call. What it borrows (body, sink) outlives it.
struct Call {
  const Service* service = nullptr;  // never null when it is made
  std::string operation{};           // "GetObject": for errors, counters and the name of the permission
  std::string resource{};            // for errors: "s3://bucket/key", the queue's URL
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

/// Any thread may call any member. One instance for the whole program: it holds the credentials, and how far AWS's
/// clock is from this machine's.
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
  /// `caller` and `clock` outlive the client.
  Client(net::Caller& caller, Settings settings, std::unique_ptr<CredentialSource> credentials, Clock& clock);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  Result<Answer> call(const Call& call) { return submit(call).wait(); }
  /// Begin a call, so that one thread can have several on their way. Blocks while the concurrency limit is reached.
  PendingCall submit(Call call);

  const Settings& settings() const;
  /// Of all services of AWS, by operation.
  std::map<std::string, OperationCount> counts() const;

 private:
  class Impl;
  class SignedCall;
  std::unique_ptr<Impl> impl_;
};

}  // namespace docmill::aws
