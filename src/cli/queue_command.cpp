#include "cli/queue_command.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/percent_encoded.h"
#include "cli/stop_signals.h"
#include "cli/workplace.h"
#include "mill/redrive.h"
#include "queue/message_body.h"
#include "store/place.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

using Json = nlohmann::ordered_json;

struct Counted {
  std::string uri;
  QueueStatus status;
};

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string safe(std::string_view text) { return printable(text, Lines::escape); }

std::string stats_text(const Counted& queue) {
  const QueueStatus& status = queue.status;
  return fmt::format("{}\n  visible    {}\n  in flight  {}\n  delayed    {}\n", safe(queue.uri), status.visible,
                     status.in_flight, status.delayed);
}

Json stats_json(const Counted& queue) {
  const QueueStatus& status = queue.status;
  return {{"uri", queue.uri},
          {"visible", status.visible},
          {"in_flight", status.in_flight},
          {"delayed", status.delayed},
          {"visibility_timeout_s", status.visibility_timeout.count()},
          {"receives_max", status.receives_max ? Json(*status.receives_max) : Json(nullptr)}};
}

// "s3://bucket/key", as people write it.
std::string address_of(const DocumentRequest& request) {
  const std::string bucket = request.bucket == Place::folder_bucket ? request.bucket : "s3://" + request.bucket + "/";
  return bucket + percent_encoded(request.key);
}

std::string asked_for(const Message& message) {
  const auto body = parse_message_body(message.body);
  if (!body) return "poison: " + body.error().message;
  std::string text;
  for (const DocumentRequest& request : body->requests)
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ", address_of(request), request.force ? " (force)" : "");
  return text.empty() ? "nothing: " + body->note : text;
}

std::string peek_text(const Peek& peek) {
  std::string text = fmt::format("{:<20}  {:>8}  {}\n", "sent", "receives", "asks for");
  for (const Message& message : peek.messages) {
    text +=
        fmt::format("{:.19}Z  {:>8}  {}\n", iso8601(message.sent_at), message.receive_count, safe(asked_for(message)));
    for (const auto& [name, value] : message.attributes)
      text += fmt::format("{:34}{}: {}\n", "", safe(name), safe(value));
  }
  if (peek.messages.empty()) text = "No message is visible.\n";
  if (peek.counted && !peek.messages.empty())
    text += "To look at them counted as a receive of each: this queue has no other way.\n";
  return text;
}

Json request_json(const DocumentRequest& request) { return Json::parse(message_body_of(request)); }

Json message_json(const Message& message) {
  Json object{{"id", message.id},
              {"sent_at", iso8601(message.sent_at)},
              {"receive_count", message.receive_count},
              {"attributes", message.attributes},
              {"body", message.body}};
  const auto body = parse_message_body(message.body);
  object["requests"] = Json::array();
  if (!body) {
    object["poison"] = body.error().message;
    return object;
  }
  for (const DocumentRequest& request : body->requests) object["requests"].push_back(request_json(request));
  if (!body->note.empty()) object["note"] = body->note;
  return object;
}

/// What every action works with.
struct Tools {
  const SettingsOfQueue& settings;
  Workplace& workplace;
  std::stop_token stop;
};

Result<std::optional<std::unique_ptr<Queue>>> open_dead_letters(const QueueStatus& status, const Tools& tools) {
  if (!status.dead_letter_uri) return std::nullopt;
  auto queue = tools.workplace.queue(*status.dead_letter_uri);
  if (!queue) return std::unexpected(std::move(queue).error());
  return std::optional(*std::move(queue));
}

Result<std::string> stats(Queue& queue, const Tools& tools) {
  auto status = queue.status();
  if (!status) return std::unexpected(std::move(status).error());
  const Counted counted{.uri = queue.uri(), .status = *status};
  auto dead = open_dead_letters(*status, tools);
  if (!dead) return std::unexpected(std::move(dead).error());
  std::optional<Counted> dead_counted;
  if (*dead) {
    auto dead_status = (**dead)->status();
    if (!dead_status) return std::unexpected(std::move(dead_status).error());
    dead_counted = Counted{.uri = (**dead)->uri(), .status = *std::move(dead_status)};
  }
  if (tools.settings.get<JsonOptions>().on) {
    Json object = stats_json(counted);
    object["dead_letters"] = dead_counted ? stats_json(*dead_counted) : Json(nullptr);
    return text_of(object);
  }
  std::string text = stats_text(counted);
  if (dead_counted)
    text += fmt::format("\nDead letters, after {} receives: {}", status->receives_max.value_or(0),
                        stats_text(*dead_counted));
  return text;
}

Result<std::string> peek(Queue& queue, const Tools& tools) {
  auto peek = queue.peek(tools.settings.get<QueueLookOptions>().messages_max);
  if (!peek) return std::unexpected(std::move(peek).error());
  if (!tools.settings.get<JsonOptions>().on) return peek_text(*peek);
  auto messages = Json::array();
  for (const Message& message : peek->messages) messages.push_back(message_json(message));
  return text_of({{"messages", std::move(messages)}, {"counted", peek->counted}});
}

Result<std::string> send_back(Queue& queue, const Tools& tools) {
  const auto status = queue.status();
  if (!status) return std::unexpected(status.error());
  auto dead = open_dead_letters(*status, tools);
  if (!dead) return std::unexpected(std::move(dead).error());
  if (!*dead)
    return fail(ErrorKind::invalid_input, queue.uri(),
                "this queue has no dead letters; name the queue from which messages went to them");
  const auto moved = redrive(***dead, queue, tools.stop);
  if (!moved) return std::unexpected(moved.error());
  if (tools.settings.get<JsonOptions>().on) return text_of({{"sent_back", *moved}});
  return fmt::format("{} {} sent back to {}\n", *moved, *moved == 1 ? "message" : "messages", safe(queue.uri()));
}

Result<std::string> purge(Queue& queue, const Tools& tools) {
  const auto status = queue.status();
  if (!status) return std::unexpected(status.error());
  const std::uint64_t count = status->visible + status->in_flight + status->delayed;
  if (!tools.settings.get<ConfirmationOptions>().yes)
    return fail(ErrorKind::invalid_input, queue.uri(),
                fmt::format("purge removes all {} messages for good; say --yes", count));
  if (auto purged = queue.purge(); !purged) return std::unexpected(std::move(purged).error());
  if (tools.settings.get<JsonOptions>().on) return text_of({{"removed", count}});
  return fmt::format("{} {} removed from {}\n", count, count == 1 ? "message" : "messages", safe(queue.uri()));
}

Result<std::string> act(Queue& queue, const Tools& tools) {
  switch (tools.settings.get<QueueLookOptions>().action) {
    case QueueAction::stats:
      return stats(queue, tools);
    case QueueAction::peek:
      return peek(queue, tools);
    case QueueAction::redrive:
      return send_back(queue, tools);
    case QueueAction::purge:
      return purge(queue, tools);
  }
  return std::string();
}

}  // namespace

Result<int> queue_command(const SettingsOfQueue& settings, StandardOutput& out) {
  block_stop_signals();
  const std::stop_source stop;
  const auto signals = StopSignals::wait(stop, grace_default, [] {}, [] {});
  if (!signals) return std::unexpected(signals.error());
  Workplace workplace(settings.values());
  auto queue = workplace.queue(settings.get<QueueOptions>().uri, /*create=*/false);
  if (!queue) return std::unexpected(std::move(queue).error());
  const auto text = act(**queue, {.settings = settings, .workplace = workplace, .stop = stop.get_token()});
  if (!text) return std::unexpected(text.error());
  out.print(*text);
  return 0;
}

}  // namespace docmill
