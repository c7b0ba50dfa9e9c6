#include "aws/client.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "aws/failure.h"
#include "aws/signer.h"
#include "telemetry/log.h"

namespace docmill::aws {

using namespace std::chrono_literals;

class Client::Impl {
 public:
  Impl(net::Caller& caller_, Settings settings_, std::unique_ptr<CredentialSource> source, Clock& clock_)
      : caller(caller_), settings(std::move(settings_)), clock(clock_), credentials(std::move(source), clock_) {}

  /// What AWS's clock shows when this machine's shows `local`, as far as is known.
  WallTime on_aws_clock(WallTime local) const { return local + std::chrono::seconds(clock_offset_seconds.load()); }

  /// The whole difference, whatever was corrected before: calls that are refused together all store the same, but for
  /// the seconds that lie between them. It is told once.
  void set_clock_offset(std::chrono::seconds offset) {
    const std::chrono::seconds before(clock_offset_seconds.exchange(offset.count()));
    if (std::chrono::abs(offset - before) > 1min) log::warning("clock_skew_corrected", {{"seconds", offset.count()}});
  }

  net::Caller& caller;
  const Settings settings;
  Clock& clock;
  CredentialCache credentials;
  std::atomic<std::int64_t> clock_offset_seconds = 0;  // of AWS's clock from this machine's
};

/// One call, as the caller asks for it: every attempt is signed anew, and three causes of a refusal are mended.
class Client::SignedCall final : public net::Service {
 public:
  SignedCall(Client::Impl& client, Call call)
      : client_(client), call_(std::move(call)), operation_(operation_of(*call_.service, call_.operation)) {}

  net::ServiceTraits traits() const override { return call_.service->traits; }

  Result<void> prepare(net::Request& request) override {
    auto credentials = client_.credentials.get();
    if (!credentials) return std::unexpected(std::move(credentials).error().within(call_.resource));
    credentials_ = *std::move(credentials);
    auto address = call_.service->address(client_.settings, call_);
    if (!address) return std::unexpected(std::move(address).error());
    request.endpoint = redirected_ ? redirected_->endpoint : std::move(address->endpoint);
    request.target = redirected_ ? redirected_->target : std::move(address->target);
    request.headers.push_back({"User-Agent", "docmill"});
    auto hash = body_hash(*call_.service, request);
    if (!hash) return std::unexpected(std::move(hash).error().within(call_.resource));
    local_signing_time_ = client_.clock.wall_now();
    signing_time_ = client_.on_aws_clock(local_signing_time_);
    const Signing signing{
        .service = *call_.service, .region = address->region, .time = signing_time_, .body_hash = *hash};
    if (auto is_signed = sign(request, *credentials_, signing); !is_signed)
      return std::unexpected(std::move(is_signed).error().within(call_.resource));
    return {};
  }

  std::optional<net::Refusal> judge(const net::Response& response) override {
    const bool late = operation_.answers_early && response.body.contains("<Error>");
    if (response.head.ok() && !late) return std::nullopt;
    Failure failure = failure_from(response);
    if (response.head.ok()) failure.status = 500;
    auto refusal = refusal_from(failure, *call_.service, call_.operation);
    refusal.mended = mend(failure, response);
    const bool is_answer = refusal.kind != ErrorKind::throttled && failure.code != "NoSuchBucket" &&
                           std::ranges::find(call_.also_expected, failure.status) != call_.also_expected.end();
    if (is_answer && !refusal.mended) return std::nullopt;
    return refusal;
  }

  std::vector<std::string> secrets() const override {
    if (!credentials_) return {};
    return {credentials_->secret_access_key, credentials_->session_token};
  }

 private:
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
    redirected_ = temporary_redirect(response);
    return redirected_.has_value();
  }

  /// Where the service sends the call for the time being: one of its own hosts, over TLS.
  std::optional<net::Url> temporary_redirect(const net::Response& response) const {
    if (call_.service->redirects_to == nullptr || response.head.status != 307) return std::nullopt;
    auto url = net::parse_url(net::find(response.head.headers, "location").value_or(""));
    if (!url || !url->endpoint.tls || !call_.service->redirects_to(url->endpoint.host)) return std::nullopt;
    return *std::move(url);
  }

  Client::Impl& client_;
  const Call call_;
  const Operation operation_;
  bool skew_mended_ = false;
  bool credentials_mended_ = false;
  std::optional<net::Url> redirected_;
  CredentialCache::Shared credentials_;  // of the last attempt
  WallTime local_signing_time_;          // by this machine's clock
  WallTime signing_time_;                // by AWS's, as far as was known
};

Client::Client(net::Caller& caller, Settings settings, std::unique_ptr<CredentialSource> credentials, Clock& clock)
    : impl_(std::make_unique<Impl>(caller, std::move(settings), std::move(credentials), clock)) {}
Client::~Client() = default;

PendingCall Client::submit(Call call) {
  assert(call.service != nullptr);
  net::Call asked{.operation = call.operation,
                  .resource = call.resource,
                  .request = {.method = call.method,
                              .headers = call.headers,
                              .body = call.body,
                              .sink = call.sink,
                              .body_size_bytes_max = call.body_size_bytes_max,
                              .answer_timeout = call.answer_timeout},
                  .timeout = call.timeout,
                  .stop = call.stop,
                  .stop_repeating = call.stop_repeating};
  return impl_->caller.submit(std::make_shared<SignedCall>(*impl_, std::move(call)), std::move(asked));
}

const Settings& Client::settings() const { return impl_->settings; }

std::map<std::string, OperationCount> Client::counts() const {
  std::map<std::string, OperationCount> all;
  for (const Service* service : all_services()) all.merge(impl_->caller.counts(service->name()));
  return all;
}

}  // namespace docmill::aws
