#include "net/http_client.h"

#include <aws/http/connection_manager.h>
#include <aws/http/proxy.h>
#include <aws/io/io.h>
#include <aws/io/socket.h>
#include <aws/io/tls_channel_handler.h>

#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "base/concurrency.h"
#include "base/exceptions.h"
#include "net/crt.h"
#include "net/exchange.h"
#include "net/runtime.h"
#include "telemetry/log.h"
#include "telemetry/thread_lost.h"

namespace docmill::net {
namespace {

using namespace std::chrono_literals;

/// How exactly deadlines are kept.
constexpr auto watch_interval = 50ms;

/// Servers close idle connections after five seconds or more, and a request that meets the close is lost.
constexpr auto idle_connection_max = 4'000ms;

/// Looks at every exchange now and then, so that deadlines hold whether or not somebody waits.
class Watch {
 public:
  Result<void> start() {
    auto thread = start_thread([this](const std::stop_token& stop) { run(stop); }, log::tell_lost("deadlines"));
    if (!thread) return std::unexpected(std::move(thread).error());
    thread_ = *std::move(thread);
    return {};
  }

  void add(std::weak_ptr<Exchange::State> exchange) {
    const std::lock_guard lock(mutex_);
    exchanges_.push_back(std::move(exchange));
    changed_.notify_one();
  }

 private:
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !exchanges_.empty(); })) {
      auto exchanges = std::exchange(exchanges_, {});
      lock.unlock();
      const auto looked = without_exceptions([&]() -> Result<void> {
        std::erase_if(exchanges, [](const auto& weak) { return has_ended(weak); });
        return {};
      });
      if (!looked) log::warning("deadlines_unwatched", {{"reason", looked.error().text()}});  // till the next look
      lock.lock();
      exchanges_.splice(exchanges_.end(), exchanges);
      changed_.wait_for(lock, stop, watch_interval, [] { return false; });
    }
  }

  static bool has_ended(const std::weak_ptr<Exchange::State>& weak) {
    const auto exchange = weak.lock();
    if (!exchange) return true;
    exchange->check(std::chrono::steady_clock::now());
    return exchange->ended();
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::list<std::weak_ptr<Exchange::State>> exchanges_;
  std::jthread thread_;  // last: it uses the others
};

/// A TLS context with the name that the server's certificate must have.
class TlsConnectionOptions {
 public:
  TlsConnectionOptions(aws_tls_ctx* context, const std::string& host, std::chrono::milliseconds timeout) {
    aws_tls_connection_options_init_from_ctx(&options_, context);
    auto name = cursor(host);
    aws_tls_connection_options_set_server_name(&options_, Runtime::allocator(), &name);
    options_.timeout_ms = static_cast<std::uint32_t>(timeout.count());
  }
  TlsConnectionOptions(const TlsConnectionOptions&) = delete;
  TlsConnectionOptions& operator=(const TlsConnectionOptions&) = delete;
  void count_failures(ConnectionPool& pool) {
    const auto count = [](aws_channel_handler*, aws_channel_slot*, int error, void* to) {
      if (error == AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE) static_cast<ConnectionPool*>(to)->on_failed_handshake();
    };
    aws_tls_connection_options_set_callbacks(&options_, count, nullptr, nullptr, &pool);
  }
  ~TlsConnectionOptions() { aws_tls_connection_options_clean_up(&options_); }
  const aws_tls_connection_options* get() const { return &options_; }

 private:
  aws_tls_connection_options options_{};
};

}  // namespace

class HttpClient::Impl {
 public:
  Impl(HttpClientSettings settings, std::unique_ptr<Runtime> runtime)
      : settings_(std::move(settings)), runtime_(std::move(runtime)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() {
    // Nobody submits any more. A pool without connections closes here and now, by pool_closed(), so the lock is not
    // held.
    for (const auto& [endpoint, pool] : pools_)
      if (pool.connections != nullptr) aws_http_connection_manager_release(pool.connections);
    // The others are gone when all that they lent has come back.
    std::unique_lock lock(mutex_);
    pools_closed_.wait(lock, [this] { return open_pools_ == 0; });
  }

  Result<void> start() { return watch_.start(); }

  Exchange submit(const Request& request) {
    auto state = std::make_shared<Exchange::State>(request, settings_);
    if (auto pool = pool_for(request.endpoint)) {
      state->start(**pool);
      watch_.add(state);
    } else {
      state->abandon(std::move(pool).error());
    }
    return Exchange(std::move(state));
  }

  Runtime& runtime() { return *runtime_; }

 private:
  Result<ConnectionPool*> pool_for(const Endpoint& endpoint) {
    const std::lock_guard lock(mutex_);
    ConnectionPool& pool = pools_[endpoint];
    if (pool.connections == nullptr) {
      // Names of a host are looked up on a thread of its own; the library crashes where it cannot be had.
      if (auto granted = Runtime::try_threads(1); !granted)
        return std::unexpected(std::move(granted).error().within(endpoint.url()));
      pool.connections = make_connections(endpoint, pool);
      if (pool.connections == nullptr) return fail(ErrorKind::unavailable, endpoint.url(), last_crt_error());
      ++open_pools_;
    }
    return &pool;
  }

  aws_http_connection_manager* make_connections(const Endpoint& endpoint, ConnectionPool& pool) {
    aws_socket_options socket{};
    socket.type = AWS_SOCKET_STREAM;
    socket.connect_timeout_ms = static_cast<std::uint32_t>(settings_.connect_timeout.count());
    socket.tcp_nodelay = AWS_SOCKET_TCP_NODELAY_ON;
    socket.keepalive = true;
    TlsConnectionOptions tls(runtime_->tls(), endpoint.host, settings_.connect_timeout);
    tls.count_failures(pool);

    aws_http_connection_manager_options options{};
    options.bootstrap = runtime_->bootstrap();
    options.socket_options = &socket;
    options.initial_window_size = SIZE_MAX;
    options.host = cursor(endpoint.host);
    options.port = endpoint.port;
    options.tls_connection_options = endpoint.tls ? tls.get() : nullptr;
    options.max_connections = settings_.connections_per_endpoint_max;
    options.max_connection_idle_in_milliseconds = static_cast<std::uint64_t>(idle_connection_max.count());
    options.shutdown_complete_user_data = this;
    options.shutdown_complete_callback = [](void* self) { static_cast<Impl*>(self)->pool_closed(); };

    const Proxy* const proxy = proxy_for(settings_.proxy, endpoint);
    if (proxy == nullptr) return aws_http_connection_manager_new(Runtime::allocator(), &options);

    const TlsConnectionOptions proxy_tls(runtime_->tls(), proxy->endpoint.host, settings_.connect_timeout);
    aws_http_proxy_options through{};
    through.connection_type = endpoint.tls ? AWS_HPCT_HTTP_TUNNEL : AWS_HPCT_HTTP_FORWARD;
    through.host = cursor(proxy->endpoint.host);
    through.port = proxy->endpoint.port;
    through.tls_options = proxy->endpoint.tls ? proxy_tls.get() : nullptr;
    through.auth_type = proxy->user.empty() ? AWS_HPAT_NONE : AWS_HPAT_BASIC;
    through.auth_username = cursor(proxy->user);
    through.auth_password = cursor(proxy->password);
    options.proxy_options = &through;
    return aws_http_connection_manager_new(Runtime::allocator(), &options);
  }

  void pool_closed() {
    const std::lock_guard lock(mutex_);
    --open_pools_;
    pools_closed_.notify_all();
  }

  const HttpClientSettings settings_;
  const std::unique_ptr<Runtime> runtime_;
  std::mutex mutex_;
  std::condition_variable pools_closed_;
  std::map<Endpoint, ConnectionPool> pools_;  // which stay where they are
  std::size_t open_pools_ = 0;
  Watch watch_;
};

Exchange::Exchange(std::shared_ptr<State> state) : state_(std::move(state)) {}
Exchange::Exchange(Exchange&&) noexcept = default;

Exchange& Exchange::operator=(Exchange&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

Exchange::~Exchange() {
  if (state_) state_->abandon({ErrorKind::timed_out, "", "nobody waits for it"});
}

Result<Response> Exchange::wait() { return state_->wait(); }

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::create(HttpClientSettings settings) {
  auto runtime = Runtime::create(settings.ca_bundle_path);
  if (!runtime) return std::unexpected(std::move(runtime).error());
  auto impl = std::make_unique<Impl>(std::move(settings), *std::move(runtime));
  if (auto started = impl->start(); !started) return std::unexpected(std::move(started).error());
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(impl)));
}

Exchange HttpClient::submit(const Request& request) { return impl_->submit(request); }
Runtime& HttpClient::runtime() const { return impl_->runtime(); }

}  // namespace docmill::net
