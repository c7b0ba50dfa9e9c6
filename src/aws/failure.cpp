#include "aws/failure.h"

#include <aws/common/date_time.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "net/crt.h"

namespace docmill::aws {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t message_size_bytes_max = 400;

template <std::size_t n>
bool is_one_of(std::string_view code, const std::array<std::string_view, n>& codes) {
  return std::ranges::find(codes, code) != codes.end();
}

constexpr std::array<std::string_view, 10> throttling_codes{"SlowDown",
                                                            "Throttling",
                                                            "ThrottlingException",
                                                            "ThrottledException",
                                                            "RequestThrottled",
                                                            "RequestThrottledException",
                                                            "TooManyRequestsException",
                                                            "RequestLimitExceeded",
                                                            "BandwidthLimitExceeded",
                                                            "KMS.ThrottlingException"};
constexpr std::array<std::string_view, 7> expired_codes{
    "ExpiredToken",         "ExpiredTokenException", "TokenRefreshRequired",       "InvalidToken",
    "InvalidClientTokenId", "InvalidAccessKeyId",    "UnrecognizedClientException"};
constexpr std::array<std::string_view, 4> skew_codes{"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture",
                                                     "InvalidSignatureException"};
/// Their messages quote the canonical request, with the session token in it.
constexpr std::array<std::string_view, 3> telling_codes{"SignatureDoesNotMatch", "InvalidSignatureException",
                                                        "IncompleteSignature"};
constexpr std::array<std::string_view, 6> no_such_codes{
    "NoSuchBucket", "NoSuchKey", "NoSuchUpload", "NotFound", "QueueDoesNotExist", "ResourceNotFoundException"};
constexpr std::array<std::string_view, 5> denied_codes{"AccessDenied", "AccessDeniedException", "Forbidden",
                                                       "KMS.AccessDeniedException", "AllAccessDisabled"};
constexpr std::array<std::string_view, 3> passing_codes{"RequestTimeout", "OperationAborted",
                                                        "ConditionalRequestConflict"};

std::string code_from_status(int status) {
  switch (status) {
    case 301:
      return "PermanentRedirect";
    case 307:
      return "TemporaryRedirect";
    case 400:
      return "BadRequest";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 412:
      return "PreconditionFailed";
    case 416:
      return "InvalidRange";
    case 429:
      return "TooManyRequests";
    case 503:
      return "SlowDown";  // S3's only 503; a HEAD cannot say it
    default:
      return status >= 500 ? "InternalError" : "Unknown";
  }
}

std::string unescaped(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> entities{
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string out;
  while (!text.empty()) {
    const auto found = std::ranges::find_if(entities, [&](const auto& e) { return text.starts_with(e.first); });
    out.push_back(found == entities.end() ? text.front() : found->second);
    text.remove_prefix(found == entities.end() ? 1 : found->first.size());
  }
  return out;
}

/// "com.amazonaws.sqs#QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue;Sender": the name alone.
std::string bare_code(std::string_view code) {
  code = code.substr(0, code.find_first_of(";:"));
  if (const auto hash = code.rfind('#'); hash != std::string_view::npos) code.remove_prefix(hash + 1);
  if (code == "AWS.SimpleQueueService.NonExistentQueue" || code == "NonExistentQueue") return "QueueDoesNotExist";
  return std::string(code);
}

std::string header(const net::ResponseHead& head, std::string_view name) {
  return std::string(net::find(head.headers, name).value_or(std::string_view()));
}

void read_json(std::string_view body, Failure& failure) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object()) return;
  const auto text = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  failure.code = bare_code(text("__type"));
  failure.message = text("message");
  if (failure.message.empty()) failure.message = text("Message");
}

void read_xml(std::string_view body, Failure& failure) {
  failure.code = bare_code(xml_text(body, "Code").value_or(""));
  failure.message = xml_text(body, "Message").value_or("");
  failure.region = xml_text(body, "Region").value_or("");
  if (failure.request_id.empty()) failure.request_id = xml_text(body, "RequestId").value_or("");
}

bool is_skew(const Failure& failure) {
  return is_one_of(failure.code, skew_codes) &&
         (failure.code != "InvalidSignatureException" || failure.message.contains("Signature expired") ||
          failure.message.contains("Signature not yet current"));
}

bool is_wrong_region(const Failure& failure) {
  return failure.code == "PermanentRedirect" || failure.code == "IllegalLocationConstraintException" ||
         (failure.code == "AuthorizationHeaderMalformed" && !failure.region.empty()) ||
         (failure.code == "BadRequest" && !failure.region.empty());
}

ErrorKind kind_of(const Failure& failure) {
  if (is_throttling(failure)) return ErrorKind::throttled;
  if (failure.status >= 500 || is_one_of(failure.code, passing_codes)) return ErrorKind::unavailable;
  if (is_wrong_region(failure)) return ErrorKind::invalid_input;
  if (failure.status == 404 || is_one_of(failure.code, no_such_codes)) return ErrorKind::not_found;
  if (failure.status == 401 || failure.status == 403 || is_expired_token(failure) || is_skew(failure) ||
      is_one_of(failure.code, denied_codes) || is_one_of(failure.code, telling_codes))
    return ErrorKind::denied;
  return ErrorKind::invalid_input;
}

/// The permission that AWS's message names, for it may be another service's: kms:Decrypt.
std::string permission_named_by(std::string_view message) {
  constexpr std::string_view phrase = "not authorized to perform: ";
  const auto found = message.find(phrase);
  if (found == std::string_view::npos) return {};
  const auto rest = message.substr(found + phrase.size());
  return std::string(rest.substr(0, rest.find_first_of(" ,;.")));
}

std::string advice(const Failure& failure, const Caller& caller) {
  if (is_skew(failure)) return "set this machine's clock: it is too far from AWS's";
  if (is_wrong_region(failure) && !failure.region.empty())
    return fmt::format("the bucket is in another region: use --region {}", failure.region);
  if (is_wrong_region(failure)) return "the bucket is in another region: give its --region";
  if (failure.code == "NoSuchBucket") return "there is no such bucket: check its name, and the region and endpoint";
  if (failure.code == "QueueDoesNotExist") return "there is no such queue: check its URL, and the region and account";
  if (failure.code == "InvalidAccessKeyId" || failure.code == "UnrecognizedClientException")
    return "AWS does not know the access key: check the credentials, and that they are for this partition";
  if (is_one_of(failure.code, telling_codes)) return "the signature was not accepted: check the secret access key";
  if (is_expired_token(failure)) return "the credentials have expired or are not known: renew them";
  if (kind_of(failure) != ErrorKind::denied) return {};
  const auto own = permission_for(caller.service, caller.operation);
  const auto named = permission_named_by(failure.message);
  // SQS writes it in lower case.
  return fmt::format("allow {} on it", named.empty() || net::equal_in_any_case(named, own) ? own : named);
}

}  // namespace

std::optional<std::string> xml_text(std::string_view xml, std::string_view name) {
  const auto open = fmt::format("<{}>", name);
  const auto start = xml.find(open);
  if (start == std::string_view::npos) return std::nullopt;
  const auto end = xml.find(fmt::format("</{}>", name), start);
  if (end == std::string_view::npos) return std::nullopt;
  return unescaped(xml.substr(start + open.size(), end - start - open.size()));
}

Failure failure_from(const net::Response& response) {
  Failure failure{.status = response.head.status, .request_id = header(response.head, "x-amz-request-id")};
  if (failure.request_id.empty()) failure.request_id = header(response.head, "x-amzn-requestid");
  if (response.body.starts_with('{'))
    read_json(response.body, failure);
  else
    read_xml(response.body, failure);
  if (failure.code.empty()) failure.code = bare_code(header(response.head, "x-amzn-errortype"));
  if (failure.code.empty()) failure.code = code_from_status(failure.status);
  if (failure.region.empty() && (failure.status == 301 || failure.status == 400))
    failure.region = header(response.head, "x-amz-bucket-region");
  return failure;
}

bool is_throttling(const Failure& failure) {
  return failure.status == 429 || failure.status == 503 || is_one_of(failure.code, throttling_codes);
}

bool is_expired_token(const Failure& failure) {
  return is_one_of(failure.code, expired_codes) ||
         (failure.code == "BadRequest" && failure.message.empty() && failure.region.empty());
}

std::string permission_for(Service service, std::string_view operation) {
  if (operation.ends_with("Batch")) operation.remove_suffix(std::string_view("Batch").size());
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> others{{
      {"HeadObject", "GetObject"},
      {"HeadBucket", "ListBucket"},
      {"ListObjectsV2", "ListBucket"},
      {"ListMultipartUploads", "ListBucketMultipartUploads"},
      {"GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"},
      {"ListParts", "ListMultipartUploadParts"},
      {"CreateMultipartUpload", "PutObject"},
      {"UploadPart", "PutObject"},
      {"CompleteMultipartUpload", "PutObject"},
      {"CopyObject", "PutObject"},
  }};
  const auto found = std::ranges::find(others, operation, [](const auto& pair) { return pair.first; });
  const bool is_other = service == Service::s3 && found != others.end();
  return fmt::format("{}:{}", name_of(service), is_other ? found->second : operation);
}

Error error_from(const Failure& failure, const Caller& caller) {
  std::string message = fmt::format("{}: HTTP {}, {}", caller.operation, failure.status, failure.code);
  if (!failure.request_id.empty()) message += fmt::format(", request {}", failure.request_id);
  if (!failure.message.empty() && !is_one_of(failure.code, telling_codes)) {
    message += fmt::format(": {}", failure.message.substr(0, message_size_bytes_max));
    if (message.ends_with('.')) message.pop_back();
  }
  if (const auto what_to_do = advice(failure, caller); !what_to_do.empty()) message += fmt::format("; {}", what_to_do);
  return {kind_of(failure), std::string(caller.resource), std::move(message)};
}

std::optional<std::chrono::seconds> clock_skew(const net::ResponseHead& head, WallTime signed_at) {
  constexpr auto tolerated = 4min;
  const auto date = net::find(head.headers, "date");
  if (!date) return std::nullopt;
  aws_date_time parsed{};
  const auto text = net::cursor(*date);
  if (aws_date_time_init_from_str_cursor(&parsed, &text, AWS_DATE_FORMAT_RFC822) != AWS_OP_SUCCESS) return std::nullopt;
  const auto server = WallTime(std::chrono::milliseconds(aws_date_time_as_millis(&parsed)));
  const auto skew = std::chrono::floor<std::chrono::seconds>(server - signed_at);
  if (std::chrono::abs(skew) <= tolerated) return std::nullopt;
  return skew;
}

std::optional<std::chrono::milliseconds> retry_after(const net::ResponseHead& head) {
  const auto value = net::find(head.headers, "retry-after");
  if (!value) return std::nullopt;
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), seconds);
  if (error != std::errc{} || end != value->data() + value->size()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace docmill::aws
