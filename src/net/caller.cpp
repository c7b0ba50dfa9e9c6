#include "net/caller.h"

#include <mutex>
#include <optional>
#include <utility>

#include "net/concurrency_limit.h"
#include "net/retry.h"

namespace docmill::net {
namespace {

/// What all calls of one service share. Any thread.
class ServiceState {
 public:
  ServiceState(std::size_t calls_in_flight_max, Clock& clock) : limit(calls_in_flight_max, clock) {}

  void count(const std::string& operation, const auto& change) {
    const std::lock_guard lock(mutex_);
    change(counts_[operation]);
  }
  std::map<std::string, OperationCount> counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

  ConcurrencyLimit limit;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, OperationCount> counts_;
};

}  // namespace

class Caller::Impl {
 public:
  Impl(HttpClient& http_, Clock& clock_, Random& random_) : http(http_), clock(clock_), random(random_) {}

  ServiceState& state_of(const ServiceTraits& traits) {
    const std::lock_guard lock(mutex);
    return services.try_emplace(traits.name, traits.calls_in_flight_max, clock).first->second;
  }

  HttpClient& http;
  Clock& clock;
  Random& random;
  RetryBudget budget;
  mutable std::mutex mutex;
  std::map<std::string_view, ServiceState> services;  // none is removed: references stay good
};

/// One call through all its attempts.
struct PendingCall::State {
 public:
  State(Caller::Impl& caller, std::shared_ptr<Service> service, Call call)
      : caller_(caller),
        service_(std::move(service)),
        call_(std::move(call)),
        shared_(caller.state_of(service_->traits())),
        schedule_(Backoff{}, caller.random),
        deadline_(caller.clock.steady_now() + call_.timeout) {}

  /// Send the next attempt. What keeps it from being sent is found by wait().
  void begin() {
    if (!shared_.limit.acquire(call_.stop)) {
      unsent_ = error(ErrorKind::timed_out, call_.operation + ": stopped");
      return;
    }
    // Prepared when it may go, for a signature grows old.
    Request request = call_.request;
    if (auto prepared = service_->prepare(request); !prepared) {
      shared_.limit.release();
      unsent_ = std::move(prepared).error();
      return;
    }
    ++attempts_;
    shared_.count(call_.operation, [&](OperationCount& count) {
      ++count.requests;
      if (attempts_ > 1) ++count.retries;
      count.bytes_sent += size_bytes(request.body);
    });
    request.timeout = time_left();
    request.stop = call_.stop;
    request.on_end = [&limit = shared_.limit] { limit.release(); };
    exchange_ = caller_.http.submit(request);
  }

  Result<Answer> wait() {
    while (true) {
      auto verdict = unsent_ ? Verdict{.error = std::exchange(unsent_, std::nullopt)} : judge(exchange_->wait());
      exchange_.reset();
      if (verdict.answer) return *std::move(verdict.answer);
      if (!verdict.at_once && !wait_for_next(*verdict.error, verdict.retry_after)) {
        shared_.count(call_.operation, [](OperationCount& count) { ++count.failures; });
        return std::unexpected(redacted(*std::move(verdict.error)));
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

  Verdict judge(Result<Response> response) {
    if (!response) return {.error = error(response.error().kind, call_.operation + ": " + response.error().text())};
    const auto length = response->head.content_length().value_or(response->body.size());
    shared_.count(call_.operation, [&](OperationCount& count) {
      if (call_.request.method != "HEAD") count.bytes_received += length;
    });
    const auto refusal = service_->judge(*response);
    if (!refusal) return succeed(*std::move(response));
    if (refusal->mended && ++mends_ <= mends_max) return {.at_once = true};
    if (refusal->kind == ErrorKind::throttled) {
      shared_.limit.throttled();
      shared_.count(call_.operation, [](OperationCount& count) { ++count.throttled; });
    }
    return {.error = error_from(*refusal, call_, service_->secrets()), .retry_after = response->head.retry_after()};
  }

  Verdict succeed(Response response) {
    shared_.limit.succeeded();
    caller_.budget.succeeded();
    return {.answer = Answer{.status = response.head.status,
                             .headers = std::move(response.head.headers),
                             .body = std::move(response.body),
                             .attempts = attempts_}};
  }

  Error error(ErrorKind kind, std::string message) const { return {kind, call_.resource, std::move(message)}; }

  /// Whoever made the error: the service, the sink, the connection.
  Error redacted(Error error) const {
    const auto secrets = service_->secrets();
    error.subject = without_secrets(std::move(error.subject), secrets);
    error.message = without_secrets(std::move(error.message), secrets);
    return error;
  }

  std::chrono::milliseconds time_left() const {
    return std::chrono::ceil<std::chrono::milliseconds>(deadline_ - caller_.clock.steady_now());
  }

  /// Sleeps before the next attempt; false when there is to be none.
  bool wait_for_next(const Error& error, std::optional<std::chrono::milliseconds> retry_after) {
    if (!is_worth_retrying(error.kind) || is_stopped()) return false;
    const auto pause = schedule_.next(retry_after);
    if (!pause || *pause >= time_left() || !caller_.budget.take()) return false;
    return sleep_unless(caller_.clock, *pause, [this] { return is_stopped(); });
  }

  bool is_stopped() const { return call_.stop.stop_requested() || call_.stop_repeating.stop_requested(); }

  Caller::Impl& caller_;
  const std::shared_ptr<Service> service_;
  const Call call_;
  ServiceState& shared_;
  RetrySchedule schedule_;
  const std::chrono::steady_clock::time_point deadline_;
  int attempts_ = 0;
  int mends_ = 0;
  std::optional<Error> unsent_;
  std::optional<Exchange> exchange_;  // last: it ends before what it was lent
};

PendingCall::PendingCall(std::unique_ptr<State> state) : state_(std::move(state)) {}
PendingCall::PendingCall(PendingCall&&) noexcept = default;
PendingCall& PendingCall::operator=(PendingCall&&) noexcept = default;
PendingCall::~PendingCall() = default;
Result<Answer> PendingCall::wait() { return state_->wait(); }

Caller::Caller(HttpClient& http, Clock& clock, Random& random) : impl_(std::make_unique<Impl>(http, clock, random)) {}
Caller::~Caller() = default;

PendingCall Caller::submit(std::shared_ptr<Service> service, Call call) {
  auto state = std::make_unique<PendingCall::State>(*impl_, std::move(service), std::move(call));
  state->begin();
  return PendingCall(std::move(state));
}

std::map<std::string, OperationCount> Caller::counts(std::string_view service) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->services.find(service);
  return found == impl_->services.end() ? std::map<std::string, OperationCount>() : found->second.counts();
}

}  // namespace docmill::net
