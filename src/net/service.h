// What the one caller (net/caller.h) has to know of a service over HTTP: how an attempt is made, and what its answer
// means.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/http.h"

namespace docmill::net {

/// One call of a service. What it borrows (body, sink) outlives it.
struct Call {
  std::string operation{};  // "GetObject": for errors and counts
  std::string resource{};   // what it is about, for errors: "s3://bucket/key", "in/a.pdf: page 3"
  /// What all attempts have in common; the service adds the rest. Its `timeout`, `stop` and `on_end` are set by the
  /// caller.
  Request request{};
  std::chrono::milliseconds timeout{120'000};  // for the whole call with all its attempts
  std::stop_token stop = {};                   // no further attempt; the one on its way ends with timed_out
  std::stop_token stop_repeating = {};         // no further attempt; the one on its way may be answered
};

/// What a service said in place of the answer that the call wants.
struct Refusal {
  int status = 0;
  ErrorKind kind = ErrorKind::invalid_input;  // of throttled, unavailable and timed_out the call is repeated
  std::optional<FaultScope> scope{};
  std::string code{};        // the service's own name for it: "AccessDenied"; empty where it has none
  std::string request_id{};  // what the service's support asks for
  std::string message{};     // its words
  std::string advice{};      // ours: what to do about it
  bool mended = false;       // the service has removed the cause: the call is repeated at once
};

/// "GetObject: HTTP 403, AccessDenied, request 4442: Access Denied; allow s3:GetObject on it". Each part is cut at
/// `told_size_bytes_max`, after every one of `secrets` was replaced by "***", so that no part of one is left. Pure.
Error error_from(const Refusal& refusal, const Call& call, std::span<const std::string> secrets);
inline constexpr std::size_t told_size_bytes_max = 400;

/// `text` with "***" in place of every secret that it quotes.
std::string without_secrets(std::string text, std::span<const std::string> secrets);

struct ServiceTraits {
  std::string_view name;  // "s3"; outlives the caller. Services of one name share their limit and their counts
  /// As many calls at a time as there are connections to an endpoint, so that none waits for one behind the limit's
  /// back. Fewer while the service throttles.
  std::size_t calls_in_flight_max = 64;
};

/// A service as it is called. An object that keeps nothing between attempts serves all calls, and any thread calls its
/// members. One that keeps something (a redirect, the credentials of the last attempt) is made for each call: the
/// members are then called one after the other.
class Service {
 public:
  virtual ~Service() = default;

  virtual ServiceTraits traits() const = 0;

  /// Complete the request of the next attempt: endpoint, target, headers, signature. Called right before it is sent.
  /// It may block. Errors: whatever keeps the attempt from being made; they are repeated like those of an answer.
  virtual Result<void> prepare(Request& request) = 0;

  /// Whether `response` is the answer that the call wants (nothing), or a refusal. The response may be anything:
  /// nothing in it is to be believed. Retry-After is read by the caller.
  virtual std::optional<Refusal> judge(const Response& response) = 0;

  /// What no error may quote: tokens, keys, signatures.
  virtual std::vector<std::string> secrets() const = 0;
};

}  // namespace docmill::net
