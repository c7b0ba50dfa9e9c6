#include "service/status_server.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <chrono>
#include <list>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "base/concurrency.h"
#include "service/raw_header.h"
#include "service/status_answer.h"
#include "telemetry/log.h"
#include "telemetry/thread_lost.h"

namespace docmill {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

// Every operation gives its error as a value.
constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t read_size_bytes = std::size_t{2} << 10U;
/// Where descriptors or memory are short, connections wait so long.
constexpr std::chrono::milliseconds accept_again{100};
/// What a client still sends when it is told to stop is read for so long, so that it sees why.
constexpr std::chrono::milliseconds linger_timeout{500};
constexpr std::size_t linger_size_bytes_max = std::size_t{64} << 10U;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

/// One past the empty line after the header's lines, however they end; nothing when it has not come yet.
std::optional<std::size_t> end_of_header(std::string_view bytes, std::size_t looked_at) {
  for (std::size_t feed = bytes.find('\n', looked_at); feed != std::string_view::npos;
       feed = bytes.find('\n', feed + 1)) {
    const std::string_view rest = bytes.substr(feed + 1);
    if (rest.starts_with('\n')) return feed + 2;
    if (rest.starts_with("\r\n")) return feed + 3;
  }
  return std::nullopt;
}

StatusAnswer refusal(int status, std::string_view why) {
  return {.status = status, .body = fmt::format("{}\n", why), .close = true};
}

using Header = http::request_header<>;

/// The request, or why it is none.
std::variant<Header, StatusAnswer> parse_header(std::string_view bytes) {
  if (const std::string_view fault = fault_of_header(bytes); !fault.empty()) return refusal(400, fault);
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(bytes.size()) + 1);
  parser.body_limit(boost::none);
  error_code error;
  parser.put(asio::buffer(bytes.data(), bytes.size()), error);
  if (error || !parser.is_header_done()) return refusal(400, error ? error.message() : "the request ends early");
  Header header = parser.get().base();
  const auto count = [&](http::field field) { return header.count(field); };
  if (count(http::field::content_length) > 1 || count(http::field::transfer_encoding) > 1 ||
      (count(http::field::content_length) == 1 && count(http::field::transfer_encoding) == 1))
    return refusal(400, "the body has two lengths");
  if (header.version() >= 11 && count(http::field::host) != 1) return refusal(400, "one Host is expected");
  return header;
}

bool announces_body(const Header& header) {
  const auto length = header.find(http::field::content_length);
  return header.count(http::field::transfer_encoding) > 0 || (length != header.end() && length->value() != "0");
}

bool wants_close(const Header& header) {
  return header.version() < 11 || http::token_list(header[http::field::connection]).exists("close");
}

std::string bytes_of(const StatusAnswer& answer, bool with_body) {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format(
      "HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\nContent-Type: {}\r\nContent-Length: {}\r\n"
      "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n{}{}\r\n{}",
      answer.status, view(http::obsolete_reason(static_cast<http::status>(answer.status))), fmt::gmtime(now),
      answer.content_type, answer.body.size(), answer.status == 405 ? "Allow: GET, HEAD\r\n" : "",
      answer.close ? "Connection: close\r\n" : "", with_body ? answer.body : "");
}

Error bind_error(const ListenAddress& address, const error_code& code) {
  const ErrorKind kind = code == asio::error::access_denied ? ErrorKind::denied : ErrorKind::unavailable;
  return {kind, "--http " + address.text(), "cannot listen there: " + code.message()};
}

}  // namespace

class StatusServer::Impl {
 public:
  Impl(const StatusServerSettings& settings, const Metrics& metrics, std::function<Health()> health)
      : settings_(settings), metrics_(metrics), health_(std::move(health)) {}

  ~Impl() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Result<void> start() {
    if (auto opened = open(); !opened) return opened;
    asio::co_spawn(io_, accept(), asio::detached);
    auto thread = start_thread([this](const std::stop_token&) { io_.run(); }, log::tell_lost("HTTP server"));
    if (!thread) return std::unexpected(std::move(thread).error());
    thread_ = *std::move(thread);
    return {};
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  /// Lives in the coroutine that serves it.
  struct Connection {
    explicit Connection(tcp::socket socket) : stream(std::move(socket)) {}
    beast::tcp_stream stream;
    std::string received;  // and not yet looked at
    std::list<Connection*>::iterator place;
    bool turned_out = false;  // then it has no place
  };

  Result<void> open() {
    const ListenAddress& address = settings_.listen;
    if (address.host.empty()) {
      const auto opened = listen({tcp::v6(), address.port});
      return opened || !is_without_v6(opened.error()) ? to_result(opened)
                                                      : to_result(listen({tcp::v4(), address.port}));
    }
    error_code error;
    const auto found = tcp::resolver(io_).resolve(address.host, std::to_string(address.port), error);
    if (error || found.empty())
      return fail(ErrorKind::invalid_input, "--http " + address.text(), "no such host: " + error.message());
    return to_result(listen(found.begin()->endpoint()));
  }

  static bool is_without_v6(const error_code& error) {
    return error == asio::error::address_family_not_supported || error == boost::system::errc::address_not_available;
  }

  Result<void> to_result(const std::expected<void, error_code>& listening) const {
    if (!listening) return std::unexpected(bind_error(settings_.listen, listening.error()));
    return {};
  }

  std::expected<void, error_code> listen(const tcp::endpoint& endpoint) {
    error_code error;
    acceptor_ = tcp::acceptor(io_);
    // Each answers the error that it also puts there.
    (void)acceptor_.open(endpoint.protocol(), error);
    if (!error) (void)acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error && endpoint.address().is_v6() && endpoint.address().is_unspecified())
      (void)acceptor_.set_option(asio::ip::v6_only(false), error);
    if (!error) (void)acceptor_.bind(endpoint, error);
    if (!error) (void)acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return std::unexpected(error);
    loopback_ = endpoint.address().is_loopback();
    return {};
  }

  asio::awaitable<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor_.async_accept(as_values);
      if (error) {
        asio::steady_timer timer(io_, accept_again);
        co_await timer.async_wait(as_values);
        continue;
      }
      if (connections_.size() >= settings_.connections_max) turn_out(*connections_.front());
      asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
    }
  }

  void turn_out(Connection& connection) {
    connection.turned_out = true;
    connections_.erase(connection.place);
    connection.stream.close();  // what it waits for ends with an error
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    Connection connection(std::move(socket));
    connection.place = connections_.insert(connections_.end(), &connection);
    auto timeout = settings_.header_timeout;
    while (!connection.turned_out && co_await serve_one(connection, timeout)) timeout = settings_.idle_timeout;
    if (!connection.turned_out) connections_.erase(connection.place);
  }

  /// False when the connection is done with.
  asio::awaitable<bool> serve_one(Connection& connection, std::chrono::milliseconds timeout) {
    connections_.splice(connections_.end(), connections_, connection.place);
    connection.stream.expires_after(timeout);
    const auto size = co_await receive_header(connection);
    if (!size) co_return false;
    if (*size == 0) co_return co_await send(connection, refusal(431, "the header is too long"), true);
    const auto parsed = parse_header(std::string_view(connection.received).substr(0, *size));
    connection.received.erase(0, *size);
    if (const auto* refused = std::get_if<StatusAnswer>(&parsed)) co_return co_await send(connection, *refused, true);
    const Header& header = std::get<Header>(parsed);
    const std::string_view method = view(header.method_string());
    StatusAnswer answer = answer_to({.method = method,
                                     .target = view(header.target()),
                                     .host = view(header[http::field::host]),
                                     .has_body = announces_body(header)},
                                    loopback_, metrics_, health_);
    answer.close = answer.close || wants_close(header);
    co_return co_await send(connection, answer, method != "HEAD");
  }

  /// The size of the header at the start of `received`; 0 when it is too long, nothing when it does not come.
  asio::awaitable<std::optional<std::size_t>> receive_header(Connection& connection) {
    std::array<char, read_size_bytes> piece{};
    std::size_t looked_at = 0;
    for (;;) {
      if (const auto end = end_of_header(connection.received, looked_at)) {
        co_return *end <= settings_.header_size_bytes_max ? *end : 0;
      }
      if (connection.received.size() > settings_.header_size_bytes_max) co_return 0;
      looked_at = connection.received.size() - std::min<std::size_t>(connection.received.size(), 2);
      const auto [error, size] = co_await connection.stream.async_read_some(asio::buffer(piece), as_values);
      if (error) co_return std::nullopt;
      connection.received.append(piece.data(), size);
    }
  }

  /// Whether the connection is kept.
  asio::awaitable<bool> send(Connection& connection, const StatusAnswer& answer, bool with_body) {
    const std::string bytes = bytes_of(answer, with_body);
    connection.stream.expires_after(settings_.answer_timeout);
    const auto [error, size] = co_await asio::async_write(connection.stream, asio::buffer(bytes), as_values);
    if (error) co_return false;
    if (!answer.close) co_return true;
    co_await linger(connection);
    co_return false;
  }

  /// A socket that is closed with bytes unread resets the connection, and the client may lose the answer.
  asio::awaitable<void> linger(Connection& connection) {
    error_code ignored;
    (void)connection.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    connection.stream.expires_after(linger_timeout);
    std::array<char, read_size_bytes> piece{};
    for (std::size_t total = 0; total < linger_size_bytes_max;) {
      const auto [error, size] = co_await connection.stream.async_read_some(asio::buffer(piece), as_values);
      if (error) co_return;
      total += size;
    }
  }

  const StatusServerSettings settings_;
  const Metrics& metrics_;
  const std::function<Health()> health_;
  // In the order in which they began to wait for their request; before io_, whose end destroys what serves them.
  std::list<Connection*> connections_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  bool loopback_ = false;
  std::jthread thread_;
};

StatusServer::StatusServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StatusServer::~StatusServer() = default;

std::uint16_t StatusServer::port() const { return impl_->port(); }

Result<std::unique_ptr<StatusServer>> StatusServer::start(const StatusServerSettings& settings, const Metrics& metrics,
                                                          std::function<Health()> health) {
  auto impl = std::make_unique<Impl>(settings, metrics, std::move(health));
  if (auto started = impl->start(); !started) return std::unexpected(std::move(started).error());
  return std::unique_ptr<StatusServer>(new StatusServer(std::move(impl)));
}

}  // namespace docmill
