// The JSON of SQS: what is asked and what is answered. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "queue/queue.h"

namespace docmill::sqs {

using Json = nlohmann::json;

/// An object whose members are looked for with text() and friends; anything else that came is an empty object.
Json parsed(std::string_view body);
/// Never fails: of anything but an object, or where there is no such member, an empty object.
const Json& member(const Json& object, const char* name);
std::string text(const Json& object, const char* name);
/// A number, which SQS sends as text.
std::optional<std::uint64_t> number(const Json& object, const char* name);

Json receive_request(const ReceiveOptions& options);
/// Messages without a receipt handle are left out: nobody could remove them.
std::vector<Message> messages_from(const Json& answer);

Json send_request(std::span<const OutgoingMessage> messages);
Json visibility_request(std::span<const std::string> receipt_handles, std::chrono::seconds timeout);
Json delete_request(std::span<const std::string> receipt_handles);

/// The entry of a batch that SQS did not take.
struct FailedEntry {
  std::size_t index = 0;  // in the batch that was sent
  std::string code{};
  std::string message{};
  bool sender_fault = false;
};
/// Of the answer to a batch of `count` entries. Entries that the answer does not name at all have failed too.
std::vector<FailedEntry> failed_entries(const Json& answer, std::size_t count);

/// A receipt that is good no more: the message was removed, or somebody else has it.
bool is_lost_receipt(std::string_view code, std::string_view message);

QueueStatus status_from(const Json& attributes);
/// The queue that a redrive policy names: "arn:aws:sqs:eu-west-1:123456789012:dead".
struct QueueArn {
  std::string region;
  std::string account;
  std::string name;
};
std::optional<QueueArn> dead_letter_arn(const Json& attributes);

/// The URL of the queue `arn` at the host of `url`, if the two are of one region and the URL is of the usual form.
std::optional<std::string> neighbour_url(std::string_view url, const QueueArn& arn);

}  // namespace docmill::sqs
