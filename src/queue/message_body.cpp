#include "queue/message_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "base/base64.h"
#include "base/strict_json.h"
#include "base/utf8.h"
#include "queue/queue.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

using Json = nlohmann::json;

// An event in an SNS envelope in a batch for Lambda, and one to spare.
constexpr int wrappings_max = 4;
constexpr std::size_t note_size_bytes_max = 256;
constexpr std::size_t names_shown_max = 6;
constexpr std::size_t document_id_length_max = 128;
constexpr std::size_t sequencer_length_max = 64;  // S3's have 16 to 18 digits, and are kept in the history

std::unexpected<Error> poison(std::string_view expected, std::string_view found) {
  return fail(ErrorKind::invalid_input, "message", fmt::format("expected {}, found {}", expected, found));
}

std::string shown(std::string_view text) {
  constexpr std::size_t length_max = 60;
  return fmt::format("\"{}\"", printable(text.substr(0, length_max), Lines::escape));
}

/// A value in few words: "an object with "a", "b"".
std::string described(const Json& value) {
  if (value.is_string()) return "the string " + shown(value.get_ref<const std::string&>());
  if (!value.is_object()) return fmt::format("{} {}", value.is_array() ? "an" : "a", value.type_name());
  if (value.empty()) return "an empty object";
  std::string text = "an object with";
  std::size_t names = 0;
  for (const auto& [name, member] : value.items()) {
    if (++names > names_shown_max) return text + " and more";
    text += fmt::format("{} {}", names > 1 ? "," : "", shown(name));
  }
  return text;
}

const Json* find(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

/// The string at a path of members, not empty.
Result<std::string> text_at(const Json& root, std::initializer_list<std::string_view> path) {
  const Json* value = &root;
  std::string name;
  for (const std::string_view member : path) {
    name += (name.empty() ? "" : ".") + std::string(member);
    value = find(*value, member);
    if (value == nullptr) return poison(fmt::format("a string at {}", name), "nothing");
  }
  if (!value->is_string() || value->get_ref<const std::string&>().empty())
    return poison(fmt::format("a string at {}", name), described(*value));
  return value->get<std::string>();
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// S3 encodes the keys of its notifications as forms are, '+' for a space. Decoded once, here: a key decoded twice or
// never names another object, and without permission to list S3 answers 403 for that, not 404.
Result<std::string> form_decoded(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return poison("a URL-encoded key at s3.object.key", shown(text));
    bytes += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return bytes;
}

bool is_sequencer(std::string_view text) {
  return text.size() <= sequencer_length_max && std::ranges::all_of(text, [](char c) { return hex_digit(c) >= 0; });
}

/// Of the "object" of an event; nothing where it does not say both.
std::optional<SourceEvent> event_of(const Json& object, std::string_view etag_name) {
  auto etag = text_at(object, {etag_name});
  auto sequencer = text_at(object, {"sequencer"});
  if (!etag || !sequencer || !is_sequencer(*sequencer)) return std::nullopt;
  return SourceEvent{.etag = *std::move(etag), .sequencer = *std::move(sequencer)};
}

void add_note(MessageBody& body, std::string_view note) {
  if (body.note.find(note) != std::string::npos || body.note.size() + note.size() > note_size_bytes_max) return;
  if (!body.note.empty()) body.note += ", ";
  body.note += note;
}

Result<MessageBody> parse(std::string_view text, int wrappings);

Result<void> add_wrapped(MessageBody& body, const Result<std::string>& text, int wrappings) {
  if (!text) return std::unexpected(text.error());
  auto inner = parse(*text, wrappings + 1);
  if (!inner) return std::unexpected(std::move(inner).error());
  std::ranges::move(inner->requests, std::back_inserter(body.requests));
  if (!inner->note.empty()) add_note(body, inner->note);
  return {};
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
Result<void> add_s3_record(MessageBody& body, const Json& record) {
  if (find(record, "eventVersion") != nullptr) {
    const auto version = text_at(record, {"eventVersion"});
    if (!version) return std::unexpected(version.error());
    // A new major version may mean anything; minor ones add.
    if (!version->starts_with("2.")) return poison("an S3 event of version 2", "version " + shown(*version));
  }
  const auto name = text_at(record, {"eventName"});
  if (!name) return std::unexpected(name.error());
  // Other makers of S3 stores write "s3:ObjectCreated:Put".
  const std::string_view event = name->starts_with("s3:") ? std::string_view(*name).substr(3) : std::string_view(*name);
  // An archived object can be read once it is restored.
  if (!event.starts_with("ObjectCreated:") && event != "ObjectRestore:Completed") {
    add_note(body, printable(event, Lines::escape));
    return {};
  }
  auto bucket = text_at(record, {"s3", "bucket", "name"});
  if (!bucket) return std::unexpected(std::move(bucket).error());
  const auto encoded_key = text_at(record, {"s3", "object", "key"});
  if (!encoded_key) return std::unexpected(encoded_key.error());
  auto key = form_decoded(*encoded_key);
  if (!key) return std::unexpected(std::move(key).error());
  body.requests.push_back(
      {.bucket = *std::move(bucket), .key = *std::move(key), .event = event_of(record.at("s3").at("object"), "eTag")});
  return {};
}

/// A record of S3, or of a batch that Lambda got from SNS or SQS.
Result<void> add_record(MessageBody& body, const Json& record, int wrappings) {
  const auto source = text_at(record, {find(record, "EventSource") != nullptr ? "EventSource" : "eventSource"});
  if (!source) return std::unexpected(source.error());
  if (*source == "aws:sns") return add_wrapped(body, text_at(record, {"Sns", "Message"}), wrappings);
  if (*source == "aws:sqs") return add_wrapped(body, text_at(record, {"body"}), wrappings);
  if (source->ends_with(":s3")) return add_s3_record(body, record);
  return poison("a record whose eventSource is aws:s3, aws:sns or aws:sqs", shown(*source));
}

Result<MessageBody> parse_records(const Json& records, int wrappings) {
  if (!records.is_array() || records.empty()) return poison("an array with events at Records", described(records));
  MessageBody body;
  for (const Json& record : records)
    if (auto added = add_record(body, record, wrappings); !added) return std::unexpected(std::move(added).error());
  return body;
}

// https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
Result<MessageBody> parse_sns(const Json& envelope, int wrappings) {
  const auto type = text_at(envelope, {"Type"});
  if (!type) return std::unexpected(type.error());
  if (*type != "Notification")
    return poison(
        "an SNS message of type Notification",
        fmt::format("type {}{}", shown(*type),
                    *type == "SubscriptionConfirmation" ? "; confirm the subscription at its SubscribeURL" : ""));
  MessageBody body;
  if (auto added = add_wrapped(body, text_at(envelope, {"Message"}), wrappings); !added)
    return std::unexpected(std::move(added).error());
  return body;
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html. Keys are not encoded here.
Result<MessageBody> parse_event_bridge(const Json& event) {
  const auto source = text_at(event, {"source"});
  if (!source) return std::unexpected(source.error());
  if (*source != "aws.s3") return poison("an EventBridge event of source aws.s3", shown(*source));
  const auto type = text_at(event, {"detail-type"});
  if (!type) return std::unexpected(type.error());
  MessageBody body;
  if (*type != "Object Created" && *type != "Object Restore Completed") {
    add_note(body, printable(*type, Lines::escape));
    return body;
  }
  auto bucket = text_at(event, {"detail", "bucket", "name"});
  if (!bucket) return std::unexpected(std::move(bucket).error());
  auto key = text_at(event, {"detail", "object", "key"});
  if (!key) return std::unexpected(std::move(key).error());
  body.requests.push_back({.bucket = *std::move(bucket),
                           .key = *std::move(key),
                           .event = event_of(event.at("detail").at("object"), "etag")});
  return body;
}

bool is_document_id(std::string_view id) {
  return !id.empty() && id.size() <= document_id_length_max && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

Result<std::string> own_key(const Json& object) {
  const bool is_plain = find(object, "key") != nullptr;
  if (is_plain == (find(object, "key_base64") != nullptr))
    return poison("one of key and key_base64", is_plain ? "both" : "neither");
  if (is_plain) return text_at(object, {"key"});
  const auto text = text_at(object, {"key_base64"});
  if (!text) return text;
  auto bytes = base64_decoded(*text);
  if (!bytes) return poison("base64 at key_base64", shown(*text));
  return *std::move(bytes);
}

Result<void> read_extras(DocumentRequest& request, const Json& object) {
  if (const Json* id = find(object, "document_id")) {
    if (!id->is_string() || !is_document_id(id->get_ref<const std::string&>()))
      return poison("up to 128 letters, digits, '.', '_' and '-' at document_id", described(*id));
    request.document_id = id->get<std::string>();
  }
  if (const Json* recipe = find(object, "recipe")) {
    if (!recipe->is_object()) return poison("an object of settings at recipe", described(*recipe));
    request.recipe = recipe->empty() ? "" : recipe->dump();
  }
  if (const Json* force = find(object, "force")) {
    if (!force->is_boolean()) return poison("true or false at force", described(*force));
    request.force = force->get<bool>();
  }
  return {};
}

Result<MessageBody> parse_own(const Json& object) {
  static constexpr std::array<std::string_view, 6> known{"bucket",      "key",    "key_base64",
                                                         "document_id", "recipe", "force"};
  for (const auto& [name, value] : object.items())
    if (std::ranges::find(known, name) == known.end())
      return poison("bucket, key, document_id, recipe and force only", shown(name));
  DocumentRequest request;
  auto bucket = text_at(object, {"bucket"});
  if (!bucket) return std::unexpected(std::move(bucket).error());
  auto key = own_key(object);
  if (!key) return std::unexpected(std::move(key).error());
  request.bucket = *std::move(bucket);
  request.key = *std::move(key);
  if (auto read = read_extras(request, object); !read) return std::unexpected(std::move(read).error());
  return MessageBody{.requests = {std::move(request)}, .note = {}};
}

Result<MessageBody> parse(std::string_view text, int wrappings) {
  if (wrappings > wrappings_max) return poison("an event in at most four envelopes", "a fifth");
  const auto json = parse_strict_json(text, {.size_bytes_max = message_size_bytes_max});
  if (!json) return poison("a JSON object", json.error().message);
  const auto has = [&](std::string_view name) { return find(*json, name) != nullptr; };
  if (has("Records")) return parse_records(json->at("Records"), wrappings);
  if (has("detail-type")) return parse_event_bridge(*json);
  if (has("Type") && has("TopicArn")) return parse_sns(*json, wrappings);
  if (has("Event") && json->at("Event") == "s3:TestEvent") return MessageBody{.requests = {}, .note = "s3:TestEvent"};
  if (has("bucket") || has("key") || has("key_base64")) return parse_own(*json);
  return poison("an event of S3, plain or from SNS or EventBridge, or {\"bucket\": ..., \"key\": ...}",
                described(*json));
}

}  // namespace

Result<MessageBody> parse_message_body(std::string_view body) { return parse(body, 0); }

std::string message_body_of(const DocumentRequest& request) {
  nlohmann::ordered_json object{{"bucket", request.bucket}};
  if (is_utf8(request.key))
    object["key"] = request.key;
  else
    object["key_base64"] = base64_encoded(request.key);
  if (request.document_id) object["document_id"] = *request.document_id;
  if (!request.recipe.empty()) object["recipe"] = nlohmann::ordered_json::parse(request.recipe);
  if (request.force) object["force"] = true;
  // In ASCII, for queues take not every character.
  return object.dump(-1, ' ', true);
}

}  // namespace docmill
