#include "net/exchange.h"

#include <aws/http/http.h>
#include <aws/io/io.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "net/request_stream.h"

namespace docmill::net {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr std::size_t headers_size_bytes_max = std::size_t{64} * 1024;

aws_http_header header(std::string_view name, std::string_view value) {
  return {.name = cursor(name), .value = cursor(value), .compression = AWS_HTTP_HEADER_COMPRESSION_USE_CACHE};
}

double in_seconds(std::chrono::milliseconds duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

void ConnectionPool::add_waiting(std::weak_ptr<Exchange::State> exchange) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(exchange));
}

void ConnectionPool::remove_waiting(const Exchange::State& exchange) {
  const std::lock_guard lock(mutex_);
  std::erase_if(waiting_, [&](const auto& waiting) { return waiting.lock().get() == &exchange; });
}

void ConnectionPool::on_failed_handshake() {
  std::vector<std::shared_ptr<Exchange::State>> waiting;
  {
    const std::lock_guard lock(mutex_);
    ++failures_to_hear_of_;
    for (const auto& exchange : waiting_) waiting.push_back(exchange.lock());
  }
  (void)std::ranges::any_of(waiting, [](const auto& exchange) { return exchange && exchange->fail_handshake(); });
}

bool ConnectionPool::is_known_failure() {
  const std::lock_guard lock(mutex_);
  if (failures_to_hear_of_ == 0) return false;
  --failures_to_hear_of_;
  return true;
}

Exchange::State::State(Request request, const HttpClientSettings& settings)
    : request_(std::move(request)),
      connect_timeout_(settings.connect_timeout),
      deadline_(steady_clock::now() + request_.timeout),
      speed_(settings.low_speed_bytes_per_second, settings.low_speed_time) {}

void Exchange::State::start(ConnectionPool& pool) {
  pool_ = &pool;
  acquire();
}

void Exchange::State::acquire() {
  pool_->add_waiting(weak_from_this());
  aws_http_connection_manager_acquire_connection(pool_->connections, on_connection,
                                                 new CallbackContext{shared_from_this()});
}

bool Exchange::State::fail_handshake() {
  Lock lock(mutex_);
  if (result_) return false;
  end(std::move(lock), std::unexpected(error_of(AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE)));
  return true;
}

Result<Response> Exchange::State::wait() {
  Lock lock(mutex_);
  has_ended_.wait(lock, [this] { return told_; });
  return std::move(*result_);
}

bool Exchange::State::ended() {
  const Lock lock(mutex_);
  return told_;
}

void Exchange::State::end(Lock lock, Result<Response> result) {
  if (result_) return;
  result_ = std::move(result);
  lock.unlock();
  // Before anybody goes on: what it speaks to may go with whoever waits.
  if (request_.on_end) request_.on_end();
  lock.lock();
  told_ = true;
  has_ended_.notify_all();
}

void Exchange::State::abandon(Error error) {
  Lock lock(mutex_);
  aws_http_stream* const stream = result_ ? nullptr : stream_;
  if (stream != nullptr) aws_http_stream_acquire(stream);
  end(std::move(lock), std::unexpected(std::move(error)));
  if (stream != nullptr) {
    aws_http_stream_cancel_default_error(stream);
    aws_http_stream_release(stream);
  }
  Lock until_told(mutex_);
  has_ended_.wait(until_told, [this] { return told_; });
}

std::optional<std::string> Exchange::State::overdue(TimePoint now) {
  if (request_.stop.stop_requested()) return "stopped";
  if (now >= deadline_) return fmt::format("not done within {} s", in_seconds(request_.timeout));
  if (sent_at_ && now - *sent_at_ >= request_.answer_timeout)
    return fmt::format("no answer within {} s", in_seconds(request_.answer_timeout));
  if (moving_ && speed_.too_slow(now, sent_bytes_ + received_bytes_))
    return fmt::format("too slow: it nearly stopped after {} bytes", sent_bytes_ + received_bytes_);
  return std::nullopt;
}

void Exchange::State::check(TimePoint now) {
  Lock lock(mutex_);
  if (result_) return;
  auto reason = overdue(now);
  lock.unlock();
  if (reason) abandon({ErrorKind::timed_out, request_.endpoint.url(), *std::move(reason)});
}

void Exchange::State::on_connection(aws_http_connection* connection, int error_code, void* user_data) {
  auto* const context = static_cast<CallbackContext*>(user_data);
  const auto state = context->state;
  state->pool_->remove_waiting(*state);
  if (connection != nullptr) {
    if (state->send(connection, context) != nullptr) return;  // on_complete() has the context now
    error_code = aws_last_error();
    aws_http_connection_manager_release_connection(state->pool_->connections, connection);
  }
  delete context;
  if (error_code == AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE && state->pool_->is_known_failure()) {
    if (!state->ended()) state->acquire();
    return;
  }
  state->end(Lock(state->mutex_), std::unexpected(state->error_of(error_code)));
}

Handle<aws_http_message, aws_http_message_release> Exchange::State::make_message() {
  Handle<aws_http_message, aws_http_message_release> message(aws_http_message_new_request(aws_default_allocator()));
  aws_http_message_set_request_method(message.get(), cursor(request_.method));
  aws_http_message_set_request_path(message.get(), cursor(request_.target));
  aws_http_message_add_header(message.get(), header("Host", request_.endpoint.authority()));
  for (const auto& [name, value] : request_.headers) aws_http_message_add_header(message.get(), header(name, value));
  const auto length = size_bytes(request_.body);
  if (length > 0 || request_.method == "PUT" || request_.method == "POST")
    aws_http_message_add_header(message.get(), header("Content-Length", std::to_string(length)));
  if (length > 0) {
    // The message holds the stream, and the stream this state: the runtime may read after the caller let go.
    Handle<aws_input_stream, aws_input_stream_release> stream(
        make_request_stream(length, [self = shared_from_this()](auto... part) { return self->read_request(part...); }));
    aws_http_message_set_body_stream(message.get(), stream.get());
  } else {
    sent_at_ = steady_clock::now();
  }
  return message;
}

aws_http_stream* Exchange::State::send(aws_http_connection* connection, void* context) {
  const Lock lock(mutex_);
  if (result_) {
    aws_raise_error(AWS_ERROR_HTTP_STREAM_CANCELLED);
    return nullptr;
  }
  connection_ = connection;
  const auto message = make_message();
  moving_ = !sent_at_;
  aws_http_make_request_options options{};
  options.self_size = sizeof options;
  options.request = message.get();
  options.user_data = context;
  options.on_response_headers = on_headers;
  options.on_response_header_block_done = on_headers_done;
  options.on_response_body = on_body;
  options.on_complete = on_complete;
  stream_ = aws_http_connection_make_request(connection, &options);
  if (stream_ != nullptr && aws_http_stream_activate(stream_) != AWS_OP_SUCCESS) {
    aws_http_stream_release(std::exchange(stream_, nullptr));
  }
  return stream_;
}

std::size_t Exchange::State::read_request(std::uint64_t offset, char* to, std::size_t size) {
  const Lock lock(mutex_);
  if (result_) return 0;
  const auto got = read_body(request_.body, offset, to, size);
  if (got < size)
    failure_ = Error{ErrorKind::unavailable, request_.endpoint.url(), "what was to be sent cannot be read"};
  sent_bytes_ = offset + got;
  if (sent_bytes_ == size_bytes(request_.body) && response_.head.status == 0) {  // some answer before they have it all
    sent_at_ = steady_clock::now();
    moving_ = false;
  }
  return got;
}

int Exchange::State::on_headers(aws_http_stream* stream, aws_http_header_block block, const aws_http_header* headers,
                                std::size_t count, void* context) {
  State& self = *static_cast<CallbackContext*>(context)->state;
  const Lock lock(self.mutex_);
  if (block == AWS_HTTP_HEADER_BLOCK_INFORMATIONAL) return AWS_OP_SUCCESS;
  if (block == AWS_HTTP_HEADER_BLOCK_MAIN)
    aws_http_stream_get_incoming_response_status(stream, &self.response_.head.status);
  for (std::size_t i = 0; i < count; ++i) {
    self.header_bytes_ += headers[i].name.len + headers[i].value.len;
    if (self.header_bytes_ > headers_size_bytes_max) {
      self.failure_ = Error{ErrorKind::limit_output, self.request_.endpoint.url(),
                            fmt::format("more than {} bytes of headers", headers_size_bytes_max)};
      return aws_raise_error(AWS_ERROR_HTTP_STREAM_CANCELLED);
    }
    if (block == AWS_HTTP_HEADER_BLOCK_MAIN)
      self.response_.head.headers.push_back({std::string(view(headers[i].name)), std::string(view(headers[i].value))});
  }
  return AWS_OP_SUCCESS;
}

int Exchange::State::on_headers_done(aws_http_stream*, aws_http_header_block block, void* context) {
  State& self = *static_cast<CallbackContext*>(context)->state;
  const Lock lock(self.mutex_);
  if (block != AWS_HTTP_HEADER_BLOCK_MAIN) return AWS_OP_SUCCESS;
  if (self.result_) return aws_raise_error(AWS_ERROR_HTTP_STREAM_CANCELLED);
  self.sent_at_.reset();
  self.moving_ = true;
  if (auto taken = self.take_head(); !taken) {
    self.failure_ = std::move(taken).error();
    return aws_raise_error(AWS_ERROR_HTTP_STREAM_CANCELLED);
  }
  return AWS_OP_SUCCESS;
}

Result<void> Exchange::State::take_head() {
  if (takes_sink()) return request_.sink->begin(response_.head);
  const auto length = response_.head.content_length();
  if (length && *length > request_.body_size_bytes_max && request_.method != "HEAD")
    return fail(
        ErrorKind::limit_output, request_.endpoint.url(),
        fmt::format("the answer has {} bytes, at most {} were expected", *length, request_.body_size_bytes_max));
  return {};
}

int Exchange::State::on_body(aws_http_stream*, const aws_byte_cursor* bytes, void* context) {
  State& self = *static_cast<CallbackContext*>(context)->state;
  const Lock lock(self.mutex_);
  if (self.result_) return aws_raise_error(AWS_ERROR_HTTP_STREAM_CANCELLED);
  if (auto taken = self.take_body(view(*bytes)); !taken) {
    self.failure_ = std::move(taken).error();
    return aws_raise_error(AWS_ERROR_HTTP_STREAM_CANCELLED);
  }
  return AWS_OP_SUCCESS;
}

Result<void> Exchange::State::take_body(std::string_view bytes) {
  received_bytes_ += bytes.size();
  if (takes_sink()) return request_.sink->write(std::as_bytes(std::span(bytes)));
  if (received_bytes_ > request_.body_size_bytes_max)
    return fail(ErrorKind::limit_output, request_.endpoint.url(),
                fmt::format("the answer has more than {} bytes", request_.body_size_bytes_max));
  response_.body += bytes;
  return {};
}

Result<void> Exchange::State::check_length() const {
  const auto length = response_.head.content_length();
  const int status = response_.head.status;
  if (!length || request_.method == "HEAD" || status == 204 || status == 304 || *length == received_bytes_) return {};
  return fail(ErrorKind::unavailable, request_.endpoint.url(),
              fmt::format("{} of {} bytes came", received_bytes_, *length));
}

void Exchange::State::on_complete(aws_http_stream* stream, int error_code, void* user_data) {
  const std::unique_ptr<CallbackContext> context(static_cast<CallbackContext*>(user_data));
  State& self = *context->state;
  Lock lock(self.mutex_);
  self.stream_ = nullptr;
  Result<Response> result = std::unexpected(self.error_of(error_code));
  if (error_code == AWS_ERROR_SUCCESS) {
    // An answer without a single header never came by on_headers().
    if (self.response_.head.status == 0)
      aws_http_stream_get_incoming_response_status(stream, &self.response_.head.status);
    auto whole = self.check_length();
    if (whole)
      result = std::move(self.response_);
    else
      result = std::unexpected(std::move(whole).error());
  } else if (self.failure_) {
    result = std::unexpected(*std::move(self.failure_));
  }
  // The connection first: who waits for the end may want it at once.
  lock.unlock();
  aws_http_stream_release(stream);
  aws_http_connection_manager_release_connection(self.pool_->connections, self.connection_);
  lock.lock();
  self.end(std::move(lock), std::move(result));
}

Error Exchange::State::error_of(int crt_code) const {
  const std::string subject = request_.endpoint.url();
  switch (crt_code) {
    case AWS_IO_SOCKET_TIMEOUT:
    case AWS_IO_TLS_NEGOTIATION_TIMEOUT:
      return {ErrorKind::timed_out, subject, fmt::format("no connection within {} s", in_seconds(connect_timeout_))};
    case AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE:
      return {ErrorKind::unavailable, subject,
              "the TLS handshake failed: the connection broke, or the server's certificate is not for this host or not "
              "signed by a root that the system trusts"};
    case AWS_ERROR_HTTP_CONNECTION_CLOSED:
      return {ErrorKind::unavailable, subject,
              received_bytes_ == 0 && response_.head.status == 0
                  ? "the connection was closed before an answer"
                  : fmt::format("the connection was closed after {} bytes of the answer", received_bytes_)};
    default:
      return {ErrorKind::unavailable, subject, crt_error(crt_code)};
  }
}

}  // namespace docmill::net
