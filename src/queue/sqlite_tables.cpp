#include "queue/sqlite_tables.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace docmill {
namespace {

constexpr std::int64_t schema_version = 1;

constexpr auto schema = std::to_array({
    "CREATE TABLE IF NOT EXISTS docmill_schema (room TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT OR IGNORE INTO docmill_schema VALUES ('queue', 1)",
    "CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, dead_letters TEXT, receives_max INTEGER) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS queue_messages ("
    "sequence INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, "
    "attributes TEXT NOT NULL, sent_at_us INTEGER NOT NULL, visible_at_us INTEGER NOT NULL, "
    "receive_count INTEGER NOT NULL DEFAULT 0, receipt TEXT)",
    "CREATE INDEX IF NOT EXISTS queue_messages_by_visibility ON queue_messages "
    "(queue, visible_at_us, sequence, receive_count)",
});

std::int64_t microseconds(WallTime time) { return time.time_since_epoch().count(); }
WallTime wall_time(std::int64_t microseconds) { return WallTime(std::chrono::microseconds(microseconds)); }

std::string attributes_text(const MessageAttributes& attributes) { return nlohmann::json(attributes).dump(); }

MessageAttributes attributes_from(const std::string& text) {
  MessageAttributes attributes;
  const auto object = nlohmann::json::parse(text, nullptr, false);
  for (const auto& [name, value] : object.items())
    if (value.is_string()) attributes.emplace(name, value.get<std::string>());
  return attributes;
}

/// The row that a handle names; 0 when it is no handle of ours.
std::int64_t sequence_of(std::string_view receipt_handle) {
  std::int64_t sequence = 0;
  std::from_chars(receipt_handle.data(), receipt_handle.data() + receipt_handle.size(), sequence);
  return sequence;
}

}  // namespace

Result<void> SqliteTables::make() {
  for (const char* const statement : schema)
    if (auto run = file_.run(statement); !run) return run;
  return {};
}

Result<void> SqliteTables::check_there() {
  bool has_queues = false;
  auto read = file_.run("SELECT 1 FROM sqlite_master WHERE name = 'docmill_schema'", {},
                        [&](const SqliteRow&) { has_queues = true; });
  if (!read || has_queues) return read;
  return fail(ErrorKind::not_found, uri_, "there is no queue of docmill in this file");
}

Result<void> SqliteTables::check_version() {
  std::int64_t version = 0;
  auto read = file_.run("SELECT version FROM docmill_schema WHERE room = 'queue'", {},
                        [&](const SqliteRow& row) { version = row.integer(0); });
  if (!read || version == schema_version) return read;
  return fail(ErrorKind::invalid_input, uri_,
              fmt::format("the file's queues are of format {}, this version of docmill knows {}; use the version "
                          "that made it, or another file",
                          version, schema_version));
}

Result<std::optional<RedrivePolicy>> SqliteTables::policy() {
  std::optional<RedrivePolicy> found;
  auto read =
      file_.run("SELECT dead_letters, receives_max FROM queues WHERE name = ?", {queue_}, [&](const SqliteRow& row) {
        found.emplace();
        if (!row.is_null(0)) found->dead_letters = row.text(0);
        found->receives_max = static_cast<std::uint32_t>(row.integer(1));
      });
  if (!read) return std::unexpected(std::move(read).error());
  return found;
}

Result<void> SqliteTables::set_policy(const RedrivePolicy& policy) {
  const SqliteValue dead_letters =
      policy.dead_letters ? SqliteValue(std::string_view(*policy.dead_letters)) : SqliteValue(nullptr);
  auto set = file_.run("INSERT OR REPLACE INTO queues VALUES (?, ?, ?)",
                       {queue_, dead_letters, std::int64_t{policy.receives_max}});
  if (!set || !policy.dead_letters) return set;
  return file_.run("INSERT OR IGNORE INTO queues VALUES (?, NULL, ?)",
                   {*policy.dead_letters, std::int64_t{RedrivePolicy{}.receives_max}});
}

Result<void> SqliteTables::insert(const OutgoingMessage& message, std::string_view id, WallTime now) {
  const std::string attributes = attributes_text(message.attributes);
  return file_.run(
      "INSERT INTO queue_messages (queue, id, body, attributes, sent_at_us, visible_at_us) "
      "VALUES (?, ?, ?, ?, ?, ?)",
      {queue_, id, message.body, attributes, microseconds(now), microseconds(now + message.delay)});
}

Result<std::vector<StoredMessage>> SqliteTables::visible(WallTime now, std::size_t messages_max) {
  std::vector<StoredMessage> stored;
  auto read = file_.run(
      "SELECT sequence, id, body, attributes, receive_count, sent_at_us FROM queue_messages "
      "WHERE queue = ? AND visible_at_us <= ? ORDER BY visible_at_us, sequence LIMIT ?",
      {queue_, microseconds(now), static_cast<std::int64_t>(messages_max)}, [&](const SqliteRow& row) {
        stored.push_back({.sequence = row.integer(0),
                          .message = {.id = row.text(1),
                                      .receipt_handle = {},
                                      .body = row.text(2),
                                      .attributes = attributes_from(row.text(3)),
                                      .receive_count = static_cast<std::uint32_t>(row.integer(4)),
                                      .sent_at = wall_time(row.integer(5))}});
      });
  if (!read) return std::unexpected(std::move(read).error());
  return stored;
}

Result<WallTime> SqliteTables::next_due() {
  WallTime due = WallTime::max();
  auto read =
      file_.run("SELECT min(visible_at_us) FROM queue_messages WHERE queue = ?", {queue_}, [&](const SqliteRow& row) {
        if (!row.is_null(0)) due = wall_time(row.integer(0));
      });
  if (!read) return std::unexpected(std::move(read).error());
  return due;
}

Result<QueueStatus> SqliteTables::count(WallTime now) {
  QueueStatus status;
  auto counted = file_.run(
      "SELECT count(*) FILTER (WHERE visible_at_us <= ?1), "
      "count(*) FILTER (WHERE visible_at_us > ?1 AND receive_count > 0), "
      "count(*) FILTER (WHERE visible_at_us > ?1 AND receive_count = 0) FROM queue_messages WHERE queue = ?2",
      {microseconds(now), queue_}, [&](const SqliteRow& row) {
        status.visible = static_cast<std::uint64_t>(row.integer(0));
        status.in_flight = static_cast<std::uint64_t>(row.integer(1));
        status.delayed = static_cast<std::uint64_t>(row.integer(2));
      });
  if (!counted) return std::unexpected(std::move(counted).error());
  return status;
}

Result<void> SqliteTables::hand_out(std::int64_t sequence, std::string_view receipt_handle, WallTime hidden_until) {
  return file_.run(
      "UPDATE queue_messages SET visible_at_us = ?, receive_count = receive_count + 1, receipt = ? WHERE sequence = ?",
      {microseconds(hidden_until), receipt_handle, sequence});
}

Result<void> SqliteTables::move_to(std::string_view queue, std::int64_t sequence, WallTime now) {
  return file_.run(
      "UPDATE queue_messages SET queue = ?, visible_at_us = ?, receive_count = 0, receipt = NULL WHERE sequence = ?",
      {queue, microseconds(now), sequence});
}

Result<void> SqliteTables::hide(std::string_view receipt_handle, WallTime until) {
  return file_.run("UPDATE queue_messages SET visible_at_us = ? WHERE sequence = ? AND queue = ? AND receipt = ?",
                   {microseconds(until), sequence_of(receipt_handle), queue_, receipt_handle});
}

Result<void> SqliteTables::give_back(std::string_view receipt_handle, WallTime now) {
  return file_.run(
      "UPDATE queue_messages SET visible_at_us = min(?, sent_at_us), receipt = NULL "
      "WHERE sequence = ? AND queue = ? AND receipt = ?",
      {microseconds(now), sequence_of(receipt_handle), queue_, receipt_handle});
}

Result<void> SqliteTables::take_back(std::string_view receipt_handle, WallTime now, std::chrono::seconds delay) {
  return file_.run(
      "UPDATE queue_messages SET visible_at_us = CASE ?2 WHEN 0 THEN min(?1, sent_at_us) ELSE ?1 + ?2 END, "
      "receive_count = receive_count - 1, receipt = NULL WHERE sequence = ?3 AND queue = ?4 AND receipt = ?5",
      {microseconds(now), std::chrono::microseconds(delay).count(), sequence_of(receipt_handle), queue_,
       receipt_handle});
}

Result<void> SqliteTables::remove(std::string_view receipt_handle) {
  return file_.run("DELETE FROM queue_messages WHERE sequence = ? AND queue = ? AND receipt = ?",
                   {sequence_of(receipt_handle), queue_, receipt_handle});
}

Result<void> SqliteTables::remove_all() { return file_.run("DELETE FROM queue_messages WHERE queue = ?", {queue_}); }

std::string receipt_handle_of(const StoredMessage& stored, std::uint64_t nonce) {
  return fmt::format("{}-{}-{:016x}", stored.sequence, stored.message.receive_count, nonce);
}

}  // namespace docmill
