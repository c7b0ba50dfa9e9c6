#include "queue/sqs_messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace docmill::sqs {
namespace {

std::optional<std::uint64_t> number_from(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string entry_id(std::size_t index) { return std::to_string(index); }

std::optional<std::size_t> index_of(const Json& entry, std::size_t count) {
  const auto index = number_from(text(entry, "Id"));
  return index && *index < count ? index : std::nullopt;
}

Json attributes_json(const MessageAttributes& attributes) {
  Json json = Json::object();
  for (const auto& [name, value] : attributes) json[name] = {{"DataType", "String"}, {"StringValue", value}};
  return json;
}

Message message_from(const Json& json) {
  Message message{.id = text(json, "MessageId"),
                  .receipt_handle = text(json, "ReceiptHandle"),
                  .body = text(json, "Body"),
                  .attributes = {}};
  const Json& system = member(json, "Attributes");
  message.receive_count = static_cast<std::uint32_t>(number(system, "ApproximateReceiveCount").value_or(1));
  message.sent_at = WallTime(std::chrono::milliseconds(number(system, "SentTimestamp").value_or(0)));
  const Json& attributes = member(json, "MessageAttributes");
  if (!attributes.is_object()) return message;
  for (const auto& [name, value] : attributes.items())
    if (auto string = text(value, "StringValue"); !string.empty()) message.attributes[name] = std::move(string);
  return message;
}

}  // namespace

Json parsed(std::string_view body) {
  Json json = Json::parse(body, nullptr, false);
  return json.is_object() ? json : Json::object();
}

const Json& member(const Json& object, const char* name) {
  static const Json none = Json::object();
  const auto found = object.find(name);
  return found == object.end() ? none : *found;
}

std::string text(const Json& object, const char* name) {
  const Json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<std::uint64_t> number(const Json& object, const char* name) { return number_from(text(object, name)); }

Json receive_request(const ReceiveOptions& options) {
  const Json counts = {"ApproximateReceiveCount", "SentTimestamp"};
  return {
      {"MaxNumberOfMessages", options.messages_max}, {"VisibilityTimeout", options.visibility_timeout.count()},
      {"WaitTimeSeconds", options.wait.count()},     {"AttributeNames", counts},  // the old name, which emulations know
      {"MessageSystemAttributeNames", counts},       {"MessageAttributeNames", {"All"}}};
}

std::vector<Message> messages_from(const Json& answer) {
  std::vector<Message> messages;
  const Json& list = member(answer, "Messages");
  if (!list.is_array()) return messages;
  for (const Json& json : list) {
    if (!json.is_object()) continue;
    auto message = message_from(json);
    if (!message.receipt_handle.empty()) messages.push_back(std::move(message));
  }
  return messages;
}

Json send_request(std::span<const OutgoingMessage> messages) {
  Json entries = Json::array();
  for (const auto& message : messages) {
    Json entry = {{"Id", entry_id(entries.size())}, {"MessageBody", message.body}};
    if (message.delay.count() > 0) entry["DelaySeconds"] = message.delay.count();
    if (!message.attributes.empty()) entry["MessageAttributes"] = attributes_json(message.attributes);
    entries.push_back(std::move(entry));
  }
  return {{"Entries", std::move(entries)}};
}

Json visibility_request(std::span<const std::string> receipt_handles, std::chrono::seconds timeout) {
  Json entries = Json::array();
  for (const auto& handle : receipt_handles)
    entries.push_back(
        {{"Id", entry_id(entries.size())}, {"ReceiptHandle", handle}, {"VisibilityTimeout", timeout.count()}});
  return {{"Entries", std::move(entries)}};
}

Json delete_request(std::span<const std::string> receipt_handles) {
  Json entries = Json::array();
  for (const auto& handle : receipt_handles)
    entries.push_back({{"Id", entry_id(entries.size())}, {"ReceiptHandle", handle}});
  return {{"Entries", std::move(entries)}};
}

std::vector<FailedEntry> failed_entries(const Json& answer, std::size_t count) {
  std::vector<bool> named(count);
  std::vector<FailedEntry> failed;
  const Json& good = member(answer, "Successful");
  for (const Json& entry : good)
    if (const auto index = index_of(entry, count)) named[*index] = true;
  const Json& bad = member(answer, "Failed");
  for (const Json& entry : bad) {
    const auto index = index_of(entry, count);
    if (!index || named[*index]) continue;
    named[*index] = true;
    const Json& fault = member(entry, "SenderFault");
    failed.push_back({.index = *index,
                      .code = text(entry, "Code"),
                      .message = text(entry, "Message"),
                      .sender_fault = fault.is_boolean() && fault.get<bool>()});
  }
  for (std::size_t i = 0; i < count; ++i)
    if (!named[i]) failed.push_back({.index = i, .code = "Missing", .message = "SQS said nothing of it"});
  return failed;
}

bool is_lost_receipt(std::string_view code, std::string_view message) {
  if (const auto dot = code.rfind('.'); dot != std::string_view::npos) code.remove_prefix(dot + 1);
  if (code == "ReceiptHandleIsInvalid" || code == "MessageNotInflight") return true;
  // What SQS really answers for a message that was removed or whose timeout ended:
  // "Value ... for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for
  // visibility timeout change."
  return (code == "InvalidParameterValue" || code == "InvalidParameterValueException") &&
         message.contains("ReceiptHandle");
}

QueueStatus status_from(const Json& attributes) {
  QueueStatus status{.visible = number(attributes, "ApproximateNumberOfMessages").value_or(0),
                     .in_flight = number(attributes, "ApproximateNumberOfMessagesNotVisible").value_or(0),
                     .delayed = number(attributes, "ApproximateNumberOfMessagesDelayed").value_or(0),
                     .visibility_timeout = std::chrono::seconds(number(attributes, "VisibilityTimeout").value_or(0))};
  // A JSON document inside the JSON: {"deadLetterTargetArn": "...", "maxReceiveCount": 5}, the count also as text.
  const Json policy = parsed(text(attributes, "RedrivePolicy"));
  const Json& count = member(policy, "maxReceiveCount");
  const auto receives = count.is_number_unsigned() ? std::optional(count.get<std::uint64_t>())
                                                   : number_from(text(policy, "maxReceiveCount"));
  if (receives) status.receives_max = static_cast<std::uint32_t>(std::min<std::uint64_t>(*receives, UINT32_MAX));
  return status;
}

std::optional<QueueArn> dead_letter_arn(const Json& attributes) {
  const auto arn = text(parsed(text(attributes, "RedrivePolicy")), "deadLetterTargetArn");
  std::array<std::string_view, 6> parts;  // arn, partition, service, region, account, name
  std::string_view rest = arn;
  for (auto& part : parts) {
    const auto end = std::min(rest.find(':'), rest.size());
    part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (parts[0] != "arn" || parts[2] != "sqs" || parts[5].empty() || !rest.empty()) return std::nullopt;
  return QueueArn{.region = std::string(parts[3]), .account = std::string(parts[4]), .name = std::string(parts[5])};
}

std::optional<std::string> neighbour_url(std::string_view url, const QueueArn& arn) {
  const auto name = url.rfind('/');
  const auto account = name == std::string_view::npos || name == 0 ? name : url.rfind('/', name - 1);
  if (account == std::string_view::npos || url.substr(account + 1, name - account - 1) != arn.account)
    return std::nullopt;
  return fmt::format("{}/{}/{}", url.substr(0, account), arn.account, arn.name);
}

}  // namespace docmill::sqs
