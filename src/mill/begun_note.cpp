#include "mill/begun_note.h"

#include <nlohmann/json.hpp>
#include <span>

#include "output/names.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// The last receive but two is the first with a note, so that the last but one knows of its end.
constexpr std::uint32_t noted_receives = 2;

}  // namespace

BegunNote::BegunNote(ObjectStore& output, const Message& message, std::uint32_t receives_max)
    : output_(output),
      message_(message),
      key_(begun_note_key(message.id)),
      is_near_end_(receives_max > 1 && message.receive_count + noted_receives >= receives_max) {}

bool BegunNote::begin() {
  if (!is_near_end_) return false;
  const auto left = leave();
  left_ = left && *left;
  found_ = left && !*left;
  if (!left)
    log::warning("begun_note_not_left", {{"message", message_.id}, {"reason", left.error().text()}});
  else if (found_)
    log::warning("worker_died_of_message", {{"message", message_.id}, {"receive_count", message_.receive_count}});
  return found_;
}

/// False where there is one.
Result<bool> BegunNote::leave() {
  const nlohmann::json note{{"message_id", message_.id}, {"receive_count", message_.receive_count}};
  const std::string text = note.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  auto written = put(output_, key_, std::as_bytes(std::span(text)), WriteCondition::if_absent(),
                     {.content_type = "application/json", .metadata = {}});
  if (!written) return std::unexpected(std::move(written).error());
  return written->has_value();
}

void BegunNote::end(bool ended) {
  if (!left_ && !(found_ && ended)) return;
  if (const auto removed = output_.remove(key_); !removed)
    log::warning("begun_note_not_removed", {{"message", message_.id}, {"reason", removed.error().text()}});
}

}  // namespace docmill
