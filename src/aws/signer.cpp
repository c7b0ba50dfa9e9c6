#include "aws/signer.h"

#include <aws/auth/auth.h>
#include <aws/auth/credentials.h>
#include <aws/auth/signable.h>
#include <aws/auth/signing.h>
#include <aws/auth/signing_result.h>
#include <aws/common/date_time.h>
#include <aws/http/request_response.h>

#include "base/digest.h"
#include "net/crt.h"
#include "net/request_stream.h"
#include "net/runtime.h"

namespace docmill::aws {
namespace {

using Message = net::Handle<aws_http_message, aws_http_message_release>;
using Signable = net::Handle<aws_signable, aws_signable_destroy>;
using Keys = net::Handle<aws_credentials, aws_credentials_release>;

void add_header(aws_http_message* message, std::string_view name, std::string_view value) {
  aws_http_message_add_header(
      message,
      {.name = net::cursor(name), .value = net::cursor(value), .compression = AWS_HTTP_HEADER_COMPRESSION_USE_CACHE});
}

Message message_of(const net::Request& request) {
  Message message(aws_http_message_new_request(net::Runtime::allocator()));
  aws_http_message_set_request_method(message.get(), net::cursor(request.method));
  aws_http_message_set_request_path(message.get(), net::cursor(request.target));
  add_header(message.get(), "Host", request.endpoint.authority());
  for (const auto& [name, value] : request.headers) add_header(message.get(), name, value);
  return message;
}

/// The signature's headers come after those that were there: Host and the request's own.
void take_new_headers(const aws_http_message* message, net::Request& request) {
  for (std::size_t i = request.headers.size() + 1; i < aws_http_message_get_header_count(message); ++i) {
    aws_http_header header{};
    aws_http_message_get_header(message, &header, i);
    request.headers.push_back({std::string(net::view(header.name)), std::string(net::view(header.value))});
  }
}

/// What the callback needs, and what became of it. With keys at hand, signing ends before it returns.
struct Outcome {
  aws_http_message* message;
  int error = AWS_ERROR_UNKNOWN;
};

void on_signed(aws_signing_result* result, int error, void* to) {
  auto& outcome = *static_cast<Outcome*>(to);
  outcome.error = error;
  if (result == nullptr) return;
  if (aws_apply_signing_result_to_http_request(outcome.message, net::Runtime::allocator(), result) != AWS_OP_SUCCESS)
    outcome.error = aws_last_error();
}

Result<std::string> hash_of_file(const net::FileRange& range) {
  std::string bytes(range.length, '\0');
  if (net::read_body(range, 0, bytes.data(), bytes.size()) < bytes.size())
    return fail(ErrorKind::unavailable, "request body", "what was to be sent cannot be read");
  return sha256_hex(bytes);
}

}  // namespace

Result<std::string> body_hash(const Service& service, const net::Request& request) {
  if (service.leaves_body_to_tls && request.endpoint.tls) return "UNSIGNED-PAYLOAD";
  if (const auto* range = std::get_if<net::FileRange>(&request.body)) return hash_of_file(*range);
  return sha256_hex(std::get<std::string_view>(request.body));
}

Result<void> sign(net::Request& request, const Credentials& credentials, const Signing& signing) {
  static const bool initialised = (aws_auth_library_init(net::Runtime::allocator()), true);
  (void)initialised;
  const Message message = message_of(request);
  const Signable signable(aws_signable_new_http_request(net::Runtime::allocator(), message.get()));
  const Keys keys(aws_credentials_new(net::Runtime::allocator(), net::cursor(credentials.access_key_id),
                                      net::cursor(credentials.secret_access_key),
                                      net::cursor(credentials.session_token), UINT64_MAX));
  aws_signing_config_aws config{};
  config.config_type = AWS_SIGNING_CONFIG_AWS;
  config.algorithm = AWS_SIGNING_ALGORITHM_V4;
  config.signature_type = AWS_ST_HTTP_REQUEST_HEADERS;
  config.region = net::cursor(signing.region);
  config.service = net::cursor(signing.service.name());
  config.credentials = keys.get();
  config.signed_body_value = net::cursor(signing.body_hash);
  config.signed_body_header = AWS_SBHT_X_AMZ_CONTENT_SHA256;
  config.flags.use_double_uri_encode = signing.service.signs_path_as_sent ? 0 : 1;
  config.flags.should_normalize_uri_path = signing.service.signs_path_as_sent ? 0 : 1;
  const auto since_epoch = std::chrono::floor<std::chrono::milliseconds>(signing.time).time_since_epoch();
  aws_date_time_init_epoch_millis(&config.date, static_cast<std::uint64_t>(since_epoch.count()));

  Outcome outcome{.message = message.get()};
  const auto* const base = reinterpret_cast<const aws_signing_config_base*>(&config);
  if (aws_sign_request_aws(net::Runtime::allocator(), signable.get(), base, on_signed, &outcome) != AWS_OP_SUCCESS)
    outcome.error = aws_last_error();
  if (outcome.error != AWS_ERROR_SUCCESS)
    return std::unexpected(
        Error{ErrorKind::invalid_input, "signature", net::crt_error(outcome.error), FaultScope::place});
  take_new_headers(message.get(), request);
  return {};
}

}  // namespace docmill::aws
