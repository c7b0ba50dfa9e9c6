#include "aws/client.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "aws/address.h"
#include "aws/credential_chain.h"
#include "aws/failure.h"
#include "aws/signer.h"
#include "net/concurrency_limit.h"
#include "net/retry.h"
#include "telemetry/log.h"

namespace docmill::aws {
namespace {

using namespace std::chrono_literals;

/// As many calls as there are connections to an endpoint, so that none waits for one behind the limit's back.
constexpr std::size_t calls_in_flight_max = 64;

/// S3 has begun to answer before it knew: the calls that take long say 200 first.
bool is_late_failure(const Call& call, const net::Response& response) {
  return (call.operation == "CompleteMultipartUpload" || call.operation == "CopyObject") &&
         response.body.contains("<Error>");
}

/// Where S3 sends the call for the time being: one of its own hosts, over TLS.
std::optional<net::Url> temporary_redirect(const Call& call, const net::Response& response) {
  if (call.service != Service::s3 || response.head.status != 307) return std::nullopt;
  auto url = net::parse_url(net::find(response.head.headers, "location").value_or(""));
  const auto is_s3 = [](std::string_view host) {
    return host.contains("s3") && (host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn"));
  };
  if (!url || !url->endpoint.tls || !is_s3(url->endpoint.host)) return std::nullopt;
  return *std::move(url);
}

/// No secret leaves by way of an answer that quotes it.
std::string without_secrets(std::string text, const Credentials& credentials) {
  for (const std::string_view secret :
       {std::string_view(credentials.secret_access_key), std::string_view(credentials.session_token)}) {
    if (secret.empty()) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
      text.replace(at, secret.size(), "***");
  }
  return text;
}

}  // namespace

class Client::Impl {
 public:
  Impl(net::HttpClient& http_, Settings settings_, std::unique_ptr<CredentialSource> source, Clock& clock_,
       Random& random_)
      : http(http_),
        settings(std::move(settings_)),
        clock(clock_),
        random(random_),
        credentials(std::move(source), clock_),
        s3_limit(calls_in_flight_max, clock_),
        sqs_limit(calls_in_flight_max, clock_) {}

  net::ConcurrencyLimit& limit_of(Service service) { return service == Service::s3 ? s3_limit : sqs_limit; }

  /// What AWS's clock shows when this machine's shows `local`, as far as is known.
  WallTime on_aws_clock(WallTime local) const { return local + std::chrono::seconds(clock_offset_seconds.load()); }

  /// The whole difference, whatever was corrected before: calls that are refused together all store the same, but for
  /// the seconds that lie between them. It is told once.
  void set_clock_offset(std::chrono::seconds offset) {
    const std::chrono::seconds before(clock_offset_seconds.exchange(offset.count()));
    if (std::chrono::abs(offset - before) > 1min) log::warning("clock_skew_corrected", {{"seconds", offset.count()}});
  }

  void count(const std::string& operation, const auto& change) {
    const std::lock_guard lock(counts_mutex);
    change(counts[operation]);
  }

  net::HttpClient& http;
  const Settings settings;
  Clock& clock;
  Random& random;
  CredentialCache credentials;
  RetryBudget budget;
  net::ConcurrencyLimit s3_limit;
  net::ConcurrencyLimit sqs_limit;
  std::atomic<std::int64_t> clock_offset_seconds = 0;  // of AWS's clock from this machine's
  std::mutex counts_mutex;
  std::map<std::string, OperationCount> counts;
};

/// One call through all its attempts.
struct PendingCall::State {
 public:
  State(Client::Impl& client, Call call)
      : client_(client),
        call_(std::move(call)),
        limit_(client.limit_of(call_.service)),
        schedule_(Backoff{}, client.random),
        deadline_(client.clock.steady_now() + call_.timeout) {}

  /// Send the next attempt. What keeps it from being sent is found by wait().
  void begin() {
    if (!limit_.acquire(call_.stop)) {
      unsent_ = Error{ErrorKind::timed_out, call_.resource, call_.operation + ": stopped"};
      return;
    }
    // Signed when it may go, for a signature grows old.
    auto request = prepare();
    if (!request) {
      limit_.release();
      unsent_ = std::move(request).error();
      return;
    }
    ++attempts_;
    client_.count(call_.operation, [&](OperationCount& count) {
      ++count.requests;
      if (attempts_ > 1) ++count.retries;
      count.bytes_sent += size_bytes(call_.body);
    });
    request->on_end = [&limit = limit_] { limit.release(); };
    exchange_ = client_.http.submit(*request);
  }

  Result<Answer> wait() {
    while (true) {
      auto verdict = unsent_ ? Verdict{.error = std::exchange(unsent_, std::nullopt)} : judge(exchange_->wait());
      exchange_.reset();
      if (verdict.answer) return *std::move(verdict.answer);
      if (!verdict.at_once && !wait_for_next(*verdict.error, verdict.retry_after)) {
        client_.count(call_.operation, [](OperationCount& count) { ++count.failures; });
        return std::unexpected(*std::move(verdict.error));
      }
      begin();
    }
  }

 private:
  /// What follows from an attempt: its answer is the call's, or there is an error, after which a repetition may help.
  struct Verdict {
    std::optional<Answer> answer{};
    std::optional<Error> error{};
    std::optional<std::chrono::milliseconds> retry_after{};
    bool at_once = false;  // the cause is mended: repeat without wait
  };

  Result<net::Request> prepare() {
    auto credentials = client_.credentials.get();
    if (!credentials) return std::unexpected(std::move(credentials).error().within(call_.resource));
    credentials_ = *std::move(credentials);
    auto address = call_.service == Service::s3 ? s3_address(client_.settings, call_.bucket, call_.key, call_.query)
                                                : sqs_address(client_.settings, call_.url);
    if (!address) return std::unexpected(std::move(address).error());
    net::Request request{.method = call_.method,
                         .endpoint = redirected_ ? redirected_->endpoint : std::move(address->endpoint),
                         .target = redirected_ ? redirected_->target : std::move(address->target),
                         .headers = call_.headers,
                         .body = call_.body,
                         .sink = call_.sink,
                         .body_size_bytes_max = call_.body_size_bytes_max,
                         .timeout = time_left(),
                         .answer_timeout = call_.answer_timeout,
                         .stop = call_.stop};
    const bool names_owner = call_.service == Service::s3 && !call_.bucket.empty();
    if (names_owner && !client_.settings.expected_bucket_owner.empty())
      request.headers.push_back({"x-amz-expected-bucket-owner", client_.settings.expected_bucket_owner});
    request.headers.push_back({"User-Agent", "docmill"});
    auto hash = body_hash(call_.service, request);
    if (!hash) return std::unexpected(std::move(hash).error().within(call_.resource));
    local_signing_time_ = client_.clock.wall_now();
    signing_time_ = client_.on_aws_clock(local_signing_time_);
    const Signing signing{
        .service = call_.service, .region = address->region, .time = signing_time_, .body_hash = *hash};
    if (auto is_signed = sign(request, *credentials_, signing); !is_signed)
      return std::unexpected(std::move(is_signed).error().within(call_.resource));
    return request;
  }

  bool expects(int status) const { return std::ranges::find(call_.also_expected, status) != call_.also_expected.end(); }

  std::chrono::milliseconds time_left() const {
    return std::chrono::ceil<std::chrono::milliseconds>(deadline_ - client_.clock.steady_now());
  }

  Verdict judge(Result<net::Response> response) {
    if (!response) {
      Error error = std::move(response).error();
      return {.error = Error{error.kind, call_.resource, call_.operation + ": " + error.text()}};
    }
    const auto length = response->head.content_length().value_or(response->body.size());
    client_.count(call_.operation, [&](OperationCount& count) {
      if (call_.method != "HEAD") count.bytes_received += length;
    });
    if (response->head.ok() && !is_late_failure(call_, *response)) return succeed(*std::move(response), {});
    Failure failure = failure_from(*response);
    if (response->head.ok()) failure.status = 500;
    if (mend(failure, *response)) return {.at_once = true};
    if (is_throttling(failure)) {
      limit_.throttled();
      client_.count(call_.operation, [](OperationCount& count) { ++count.throttled; });
    } else if (failure.code != "NoSuchBucket" && expects(failure.status)) {
      return succeed(*std::move(response), std::move(failure.code));
    }
    Error error = error_from(failure, {call_.service, call_.operation, call_.resource});
    error.message = without_secrets(std::move(error.message), *credentials_);
    return {.error = std::move(error), .retry_after = retry_after(response->head)};
  }

  Verdict succeed(net::Response response, std::string code) {
    limit_.succeeded();
    client_.budget.succeeded();
    return {.answer = Answer{.status = response.head.status,
                             .headers = std::move(response.head.headers),
                             .body = std::move(response.body),
                             .code = std::move(code),
                             .attempts = attempts_}};
  }

  /// Each cause is mended once a call: a clock that is off, credentials that have expired, a redirect.
  bool mend(const Failure& failure, const net::Response& response) {
    if (failure.status == 400 || failure.status == 403) {
      const auto skew = clock_skew(response.head, signing_time_);
      if (skew && !std::exchange(skew_mended_, true)) {
        client_.set_clock_offset(std::chrono::floor<std::chrono::seconds>(signing_time_ + *skew - local_signing_time_));
        return true;
      }
      if (is_expired_token(failure) && !std::exchange(credentials_mended_, true))
        return client_.credentials.renew(credentials_).has_value();
    }
    if (redirected_) return false;
    redirected_ = temporary_redirect(call_, response);
    return redirected_.has_value();
  }

  /// Sleeps before the next attempt; false when there is to be none.
  bool wait_for_next(const Error& error, std::optional<std::chrono::milliseconds> retry_after) {
    if (!is_worth_retrying(error.kind) || is_stopped()) return false;
    const auto pause = schedule_.next(retry_after);
    if (!pause || *pause >= time_left() || !client_.budget.take()) return false;
    return sleep_unless(client_.clock, *pause, [this] { return is_stopped(); });
  }

  bool is_stopped() const { return call_.stop.stop_requested() || call_.stop_repeating.stop_requested(); }

  Client::Impl& client_;
  const Call call_;
  net::ConcurrencyLimit& limit_;
  RetrySchedule schedule_;
  const std::chrono::steady_clock::time_point deadline_;
  int attempts_ = 0;
  bool skew_mended_ = false;
  bool credentials_mended_ = false;
  std::optional<net::Url> redirected_;
  CredentialCache::Shared credentials_;
  WallTime local_signing_time_;  // by this machine's clock
  WallTime signing_time_;        // by AWS's, as far as was known
  std::optional<Error> unsent_;
  std::optional<net::Exchange> exchange_;  // last: it ends before what it was lent
};

PendingCall::PendingCall(std::unique_ptr<State> state) : state_(std::move(state)) {}
PendingCall::PendingCall(PendingCall&&) noexcept = default;
PendingCall& PendingCall::operator=(PendingCall&&) noexcept = default;
PendingCall::~PendingCall() = default;
Result<Answer> PendingCall::wait() { return state_->wait(); }

Result<std::unique_ptr<Client>> Client::create(net::HttpClient& http, Settings settings, Clock& clock, Random& random) {
  auto chain = default_chain(http.runtime(), settings);
  if (!chain) return std::unexpected(std::move(chain).error());
  return std::make_unique<Client>(http, std::move(settings), *std::move(chain), clock, random);
}

Client::Client(net::HttpClient& http, Settings settings, std::unique_ptr<CredentialSource> credentials, Clock& clock,
               Random& random)
    : impl_(std::make_unique<Impl>(http, std::move(settings), std::move(credentials), clock, random)) {}
Client::~Client() = default;

PendingCall Client::submit(Call call) {
  auto state = std::make_unique<PendingCall::State>(*impl_, std::move(call));
  state->begin();
  return PendingCall(std::move(state));
}

const Settings& Client::settings() const { return impl_->settings; }

std::map<std::string, OperationCount> Client::counts() const {
  const std::lock_guard lock(impl_->counts_mutex);
  return impl_->counts;
}

}  // namespace docmill::aws
