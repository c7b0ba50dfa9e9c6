#include "aws/failure.h"

#include <aws/common/date_time.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "aws/error_codes.h"
#include "net/crt.h"

namespace docmill::aws {
namespace {

using namespace std::chrono_literals;

/// The message then quotes the canonical request, with the session token in it.
bool quotes_signature(const Failure& failure) { return cause_of(failure.code) == Cause::signature; }

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

/// A HEAD has no body to say that credentials have expired: there a plain 400 counts.
bool is_mute_refusal(const Failure& failure) {
  return failure.code == "BadRequest" && failure.message.empty() && failure.region.empty();
}

Cause cause_from_status(const Failure& failure) {
  if (failure.status == 429 || failure.status == 503) return Cause::throttled;
  if (failure.status >= 500) return Cause::passing;
  if (failure.status == 404) return Cause::no_such;
  if (failure.status == 401 || failure.status == 403) return Cause::denied;
  return Cause::request;
}

/// The permission that AWS's message names, for it may be another service's: kms:Decrypt.
std::string permission_named_by(std::string_view message) {
  constexpr std::string_view phrase = "not authorized to perform: ";
  const auto found = message.find(phrase);
  if (found == std::string_view::npos) return {};
  const auto rest = message.substr(found + phrase.size());
  return std::string(rest.substr(0, rest.find_first_of(" ,;.")));
}

/// And on what: "arn:aws:kms:eu-west-1:1:key/k".
std::string resource_named_by(std::string_view message) {
  constexpr std::string_view phrase = "on resource: ";
  const auto found = message.find(phrase);
  if (found == std::string_view::npos) return "it";
  const auto rest = message.substr(found + phrase.size());
  std::string resource(rest.substr(0, rest.find_first_of(" ,;")));
  if (resource.ends_with('.')) resource.pop_back();
  return resource;
}

/// The name says more than the status, but for a server that cannot answer at all.
Cause cause_behind(const Failure& failure) {
  const auto named = cause_of(failure.code);
  if (failure.status >= 500 && named != Cause::throttled) return cause_from_status(failure);
  const bool tells_region = failure.code == "AuthorizationHeaderMalformed" || failure.code == "BadRequest";
  if (tells_region && !failure.region.empty()) return Cause::region;
  if (is_mute_refusal(failure)) return Cause::credentials;
  if (failure.status == 429) return Cause::throttled;
  if (!named) return cause_from_status(failure);
  if (named == Cause::signature && failure.code == "InvalidSignatureException" &&
      (failure.message.contains("Signature expired") || failure.message.contains("Signature not yet current")))
    return Cause::clock;
  if (named == Cause::denied && permission_named_by(failure.message).starts_with("kms:")) return Cause::kms_key;
  return *named;
}

struct Told {
  ErrorKind kind;
  std::optional<FaultScope> scope;
};

Told told(const Failure& failure, const Operation& operation) {
  switch (cause_behind(failure)) {
    case Cause::throttled:
      return {ErrorKind::throttled, FaultScope::place};
    case Cause::passing:
      // Some objects bring an error for ever.
      return {ErrorKind::unavailable, operation.reads_an_object ? FaultScope::unknown : FaultScope::place};
    case Cause::no_such:
      return {ErrorKind::not_found, FaultScope::place};
    case Cause::denied:
      return {ErrorKind::denied, FaultScope::unknown};
    case Cause::credentials:
      // An object with a key of its caller's is refused with a plain 400, too.
      return {ErrorKind::denied, is_mute_refusal(failure) ? FaultScope::unknown : FaultScope::place};
    case Cause::signature:
    case Cause::clock:
      return {ErrorKind::denied, FaultScope::place};
    case Cause::region:
      return {ErrorKind::invalid_input, FaultScope::place};
    case Cause::archived:
      return {ErrorKind::unreadable, FaultScope::one_object};
    case Cause::kms_key:
      // One object's own, or that of all.
      if (operation.reads_an_object) return {ErrorKind::unreadable, FaultScope::unknown};
      return {ErrorKind::denied, FaultScope::place};
    case Cause::name:
      return {ErrorKind::invalid_input, FaultScope::one_object};
    case Cause::request:
      return {ErrorKind::invalid_input, FaultScope::unknown};
  }
  return {ErrorKind::invalid_input, FaultScope::unknown};
}

std::string advice_on_key(const Failure& failure) {
  const std::string_view kms = kms_error(failure.code);
  if (kms == "Disabled") return "its KMS key is disabled: enable it";
  if (kms == "NotFound") return "its KMS key does not exist: it was deleted, or is another account's or region's";
  if (kms == "InvalidState")
    return "its KMS key cannot be used as it is, for it is to be deleted or not ready: mend that";
  if (const auto named = permission_named_by(failure.message); !named.empty())
    return fmt::format("allow {} on key {}", named, resource_named_by(failure.message));
  return kms == "AccessDenied" ? "allow kms:Decrypt and kms:GenerateDataKey on its KMS key" : "see to its KMS key";
}

std::string advice_on_permission(const Failure& failure, const Service& service, std::string_view operation) {
  const auto own = permission_for(service, operation);
  const auto named = permission_named_by(failure.message);
  // SQS writes it in lower case.
  return fmt::format("allow {} on it", named.empty() || net::equal_in_any_case(named, own) ? own : named);
}

std::string advice(const Failure& failure, const Service& service, std::string_view operation) {
  if (failure.code == "NoSuchBucket") return "there is no such bucket: check its name, and the region and endpoint";
  if (failure.code == "QueueDoesNotExist") return "there is no such queue: check its URL, and the region and account";
  if (failure.code == "InvalidAccessKeyId" || failure.code == "UnrecognizedClientException")
    return "AWS does not know the access key: check the credentials, and that they are for this partition";
  switch (cause_behind(failure)) {
    case Cause::clock:
      return "set this machine's clock: it is too far from AWS's";
    case Cause::region:
      return failure.region.empty() ? "the bucket is in another region: give its --region"
                                    : fmt::format("the bucket is in another region: use --region {}", failure.region);
    case Cause::signature:
      return "the signature was not accepted: check the secret access key";
    case Cause::credentials:
      return "the credentials have expired or are not known: renew them";
    case Cause::archived:
      return "it is archived: restore the object first (aws s3api restore-object), then it can be read";
    case Cause::kms_key:
      return advice_on_key(failure);
    case Cause::denied:
      return advice_on_permission(failure, service, operation);
    case Cause::throttled:
    case Cause::passing:
    case Cause::no_such:
    case Cause::name:
    case Cause::request:
      return {};
  }
  return {};
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

bool is_expired_token(const Failure& failure) { return cause_behind(failure) == Cause::credentials; }

net::Refusal refusal_from(const Failure& failure, const Service& service, std::string_view operation) {
  const auto [kind, scope] = told(failure, operation_of(service, operation));
  return {.status = failure.status,
          .kind = kind,
          .scope = scope,
          .code = failure.code,
          .request_id = failure.request_id,
          .message = quotes_signature(failure) ? "" : failure.message,
          .advice = advice(failure, service, operation)};
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

}  // namespace docmill::aws
