#include "queue/sqlite_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "queue/group_commit.h"
#include "queue/message_check.h"
#include "queue/sqlite_file.h"
#include "queue/sqlite_uri.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t schema_version = 1;
constexpr std::uint32_t receives_max_default = 10;
// How often a waiting receiver looks whether the file has changed: soon enough for people, and some 20 microseconds of
// work each time.
constexpr std::chrono::milliseconds look_interval = 20ms;

// The order of receives is that of `visible_at_us`: of new messages the time when they were sent, so the oldest come
// first, and one that comes back after a timeout does not stand in the way of others.
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

struct Policy {
  std::optional<std::string> dead_letters;
  std::uint32_t receives_max = receives_max_default;
};

struct StoredMessage {
  std::int64_t sequence = 0;
  Message message;
};

std::int64_t microseconds(WallTime time) { return time.time_since_epoch().count(); }

std::string attributes_text(const MessageAttributes& attributes) { return nlohmann::json(attributes).dump(); }

MessageAttributes attributes_from(const std::string& text) {
  MessageAttributes attributes;
  const auto object = nlohmann::json::parse(text, nullptr, false);
  for (const auto& [name, value] : object.items())
    if (value.is_string()) attributes.emplace(name, value.get<std::string>());
  return attributes;
}

std::string default_dead_letters_of(const std::string& queue) {
  return queue == SqliteUri{}.queue ? "dead-letters" : queue + "-dead-letters";
}

bool has_dead_letters_name(std::string_view queue) { return queue.ends_with("dead-letters"); }

/// The message that a handle names; 0 when it is no handle of ours.
std::int64_t sequence_of(std::string_view receipt_handle) {
  std::int64_t sequence = 0;
  std::from_chars(receipt_handle.data(), receipt_handle.data() + receipt_handle.size(), sequence);
  return sequence;
}

class SqliteQueue final : public Queue {
 public:
  SqliteQueue(std::unique_ptr<SqliteFile> file, const SqliteUri& uri, Clock& clock, Random& random)
      : file_(std::move(file)), path_(uri.path), name_(uri.queue), clock_(clock), random_(random) {}

  Result<void> set_up(const SqliteUri& uri) {
    return commits_.transact([&]() -> Result<void> {
      for (const char* const statement : schema)
        if (auto run = file_->run(statement); !run) return run;
      if (auto checked = check_version(); !checked) return checked;
      return set_policy(uri);
    });
  }

  /// Of a queue that is only looked at.
  Result<void> check_there() {
    const auto connection = commits_.hold();
    bool has_queues = false;
    auto read = file_->run("SELECT 1 FROM sqlite_master WHERE name = 'docmill_schema'", {},
                           [&](const SqliteRow&) { has_queues = true; });
    if (!read) return read;
    if (!has_queues) return fail(ErrorKind::not_found, path_.string(), "there is no queue of docmill in this file");
    if (auto checked = check_version(); !checked) return checked;
    std::optional<Policy> stored;
    if (auto policy = read_policy(&stored); !policy) return std::unexpected(std::move(policy).error());
    if (stored) return {};
    return fail(ErrorKind::not_found, uri(),
                "there is no such queue in this file; the first worker or enqueue makes it");
  }

  std::string uri() const override { return sqlite_uri_of(path_, name_); }

  Result<std::vector<Message>> receive(const ReceiveOptions& options, std::stop_token stop) override {
    if (auto checked = check(options); !checked) return std::unexpected(std::move(checked).error());
    const auto deadline = clock_.steady_now() + options.wait;
    while (!stop.stop_requested()) {
      Taken taken;
      if (auto done = take(options, taken); !done) return std::unexpected(std::move(done).error());
      if (!taken.messages.empty()) return std::move(taken.messages);
      const auto due = await(taken, deadline, stop);
      if (!due) return std::unexpected(due.error());
      if (!*due) break;
    }
    return std::vector<Message>{};
  }

  Result<std::vector<Receipt>> change_visibility(std::span<const std::string> receipt_handles,
                                                 std::chrono::seconds timeout) override {
    return change(receipt_handles, timeout,
                  [&](const std::string& handle) { return timeout == 0s ? give_back(handle) : hide(handle, timeout); });
  }

  Result<std::vector<Receipt>> give_back_unbegun(std::span<const std::string> receipt_handles,
                                                 std::chrono::seconds delay) override {
    return change(receipt_handles, delay, [&](const std::string& handle) { return take_back(handle, delay); });
  }

  Result<Receipt> remove(const std::string& receipt_handle) override {
    std::int64_t removed = 0;
    auto done = commits_.transact([&]() -> Result<void> {
      auto deleted = file_->run("DELETE FROM queue_messages WHERE sequence = ? AND queue = ? AND receipt = ?",
                                {sequence_of(receipt_handle), name_, receipt_handle});
      removed = file_->changes();
      return deleted;
    });
    if (!done) return std::unexpected(std::move(done).error());
    return removed == 1 ? Receipt::held : Receipt::lost;
  }

  Result<void> send(std::span<const OutgoingMessage> messages) override {
    if (auto checked = check_messages(messages, uri()); !checked) return checked;
    return commits_.transact([&]() -> Result<void> {
      const WallTime now = clock_.wall_now();
      for (const OutgoingMessage& message : messages) {
        const std::string id = fmt::format("{:016x}{:016x}", random_.next(), random_.next());
        const std::string attributes = attributes_text(message.attributes);
        auto inserted = file_->run(
            "INSERT INTO queue_messages (queue, id, body, attributes, sent_at_us, visible_at_us) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            {name_, id, message.body, attributes, microseconds(now), microseconds(now + message.delay)});
        if (!inserted) return inserted;
      }
      return {};
    });
  }

  Result<QueueStatus> status() override {
    const auto connection = commits_.hold();
    QueueStatus status{.visibility_timeout = ReceiveOptions{}.visibility_timeout};
    auto counted = file_->run(
        "SELECT count(*) FILTER (WHERE visible_at_us <= ?1), "
        "count(*) FILTER (WHERE visible_at_us > ?1 AND receive_count > 0), "
        "count(*) FILTER (WHERE visible_at_us > ?1 AND receive_count = 0) FROM queue_messages WHERE queue = ?2",
        {microseconds(clock_.wall_now()), name_}, [&](const SqliteRow& row) {
          status.visible = static_cast<std::uint64_t>(row.integer(0));
          status.in_flight = static_cast<std::uint64_t>(row.integer(1));
          status.delayed = static_cast<std::uint64_t>(row.integer(2));
        });
    if (!counted) return std::unexpected(std::move(counted).error());
    const auto policy = read_policy();
    if (!policy) return std::unexpected(policy.error());
    if (policy->dead_letters) {
      status.dead_letter_uri = sqlite_uri_of(path_, *policy->dead_letters);
      status.receives_max = policy->receives_max;
    }
    return status;
  }

  Result<Peek> peek(std::size_t messages_max) override {
    const auto connection = commits_.hold();
    auto stored = visible_messages(microseconds(clock_.wall_now()), messages_max);
    if (!stored) return std::unexpected(std::move(stored).error());
    Peek peek;
    for (StoredMessage& one : *stored) peek.messages.push_back(std::move(one.message));
    return peek;
  }

  Result<void> purge() override {
    return commits_.transact([&] { return file_->run("DELETE FROM queue_messages WHERE queue = ?", {name_}); });
  }

 private:
  static constexpr std::chrono::seconds visibility_timeout_max = 12h;  // as in SQS
  static constexpr std::chrono::seconds wait_max = 20s;                // as in SQS

  /// What a look at the queue found; if no message, then what to wait for.
  struct Taken {
    std::vector<Message> messages;
    SqliteMark mark;
    std::int64_t due_at_us = std::numeric_limits<std::int64_t>::max();  // when the next one becomes visible
  };

  std::unexpected<Error> complain(std::string message) const {
    return fail(ErrorKind::invalid_input, uri(), std::move(message));
  }

  Result<void> check(const ReceiveOptions& options) const {
    if (options.messages_max < 1 || options.messages_max > message_batch_max)
      return complain(
          fmt::format("{} messages asked for; 1 to {} are allowed", options.messages_max, message_batch_max));
    if (options.visibility_timeout < 0s || options.visibility_timeout > visibility_timeout_max)
      return complain(
          fmt::format("a visibility timeout of {} s; 0 to 43200 are allowed", options.visibility_timeout.count()));
    if (options.wait < 0s || options.wait > wait_max)
      return complain(fmt::format("a wait of {} s; 0 to 20 are allowed", options.wait.count()));
    return {};
  }

  Result<void> check_version() {
    std::int64_t version = 0;
    auto read = file_->run("SELECT version FROM docmill_schema WHERE room = 'queue'", {},
                           [&](const SqliteRow& row) { version = row.integer(0); });
    if (!read || version == schema_version) return read;
    return complain(
        fmt::format("the file's queues are of format {}, this version of docmill knows {}; use the version "
                    "that made it, or another file",
                    version, schema_version));
  }

  /// A queue begins with the default policy, dead letters with none; what the URI names holds from now on.
  Result<void> set_policy(const SqliteUri& uri) {
    std::optional<Policy> stored;
    if (auto read = read_policy(&stored); !read) return std::unexpected(std::move(read).error());
    Policy wanted = stored.value_or(Policy{});
    if (!stored && !has_dead_letters_name(name_)) wanted.dead_letters = default_dead_letters_of(name_);
    if (uri.dead_letters) wanted.dead_letters = uri.dead_letters;
    if (uri.receives_max) wanted.receives_max = *uri.receives_max;
    if (stored && stored->dead_letters == wanted.dead_letters && stored->receives_max == wanted.receives_max) return {};
    const SqliteValue dead_letters =
        wanted.dead_letters ? SqliteValue(std::string_view(*wanted.dead_letters)) : SqliteValue(nullptr);
    auto set = file_->run("INSERT OR REPLACE INTO queues VALUES (?, ?, ?)",
                          {name_, dead_letters, std::int64_t{wanted.receives_max}});
    if (!set || !wanted.dead_letters) return set;
    return file_->run("INSERT OR IGNORE INTO queues VALUES (?, NULL, ?)",
                      {*wanted.dead_letters, std::int64_t{receives_max_default}});
  }

  Result<Policy> read_policy(std::optional<Policy>* stored = nullptr) {
    std::optional<Policy> found;
    auto read =
        file_->run("SELECT dead_letters, receives_max FROM queues WHERE name = ?", {name_}, [&](const SqliteRow& row) {
          found.emplace();
          if (!row.is_null(0)) found->dead_letters = row.text(0);
          found->receives_max = static_cast<std::uint32_t>(row.integer(1));
        });
    if (!read) return std::unexpected(std::move(read).error());
    if (stored != nullptr) *stored = found;
    return found.value_or(Policy{});
  }

  Result<std::int64_t> next_due() {
    std::int64_t due_at_us = std::numeric_limits<std::int64_t>::max();
    auto read =
        file_->run("SELECT min(visible_at_us) FROM queue_messages WHERE queue = ?", {name_}, [&](const SqliteRow& row) {
          if (!row.is_null(0)) due_at_us = row.integer(0);
        });
    if (!read) return std::unexpected(std::move(read).error());
    return due_at_us;
  }

  Result<void> look(Taken& taken) {
    const auto connection = commits_.hold();
    const auto mark = file_->mark();
    if (!mark) return std::unexpected(mark.error());
    const auto due_at_us = next_due();
    if (!due_at_us) return std::unexpected(due_at_us.error());
    taken.mark = *mark;
    taken.due_at_us = *due_at_us;
    return {};
  }

  /// An empty queue costs no write: receivers that wait do not hold up senders.
  Result<void> take(const ReceiveOptions& options, Taken& taken) {
    if (auto looked = look(taken); !looked || taken.due_at_us > microseconds(clock_.wall_now())) return looked;
    return commits_.transact([&] { return take_visible(options, taken.messages); });
  }

  Result<void> take_visible(const ReceiveOptions& options, std::vector<Message>& messages) {
    const auto policy = read_policy();
    if (!policy) return std::unexpected(policy.error());
    const WallTime now = clock_.wall_now();
    const std::int64_t hidden_until_us = microseconds(now + options.visibility_timeout);
    while (messages.size() < options.messages_max) {
      auto stored = visible_messages(microseconds(now), options.messages_max - messages.size());
      if (!stored) return std::unexpected(std::move(stored).error());
      if (stored->empty()) return {};
      for (StoredMessage& one : *stored) {
        const bool is_dead = policy->dead_letters && one.message.receive_count >= policy->receives_max;
        auto changed = is_dead ? bury(one, *policy->dead_letters, now) : hand_out(one, hidden_until_us);
        if (!changed) return changed;
        if (!is_dead) messages.push_back(std::move(one.message));
      }
      if (options.visibility_timeout == 0s) return {};  // they are visible still
    }
    return {};
  }

  Result<std::vector<StoredMessage>> visible_messages(std::int64_t now_us, std::size_t messages_max) {
    std::vector<StoredMessage> stored;
    auto read = file_->run(
        "SELECT sequence, id, body, attributes, receive_count, sent_at_us FROM queue_messages "
        "WHERE queue = ? AND visible_at_us <= ? ORDER BY visible_at_us, sequence LIMIT ?",
        {name_, now_us, static_cast<std::int64_t>(messages_max)}, [&](const SqliteRow& row) {
          stored.push_back({.sequence = row.integer(0),
                            .message = {.id = row.text(1),
                                        .receipt_handle = {},
                                        .body = row.text(2),
                                        .attributes = attributes_from(row.text(3)),
                                        .receive_count = static_cast<std::uint32_t>(row.integer(4)),
                                        .sent_at = WallTime(std::chrono::microseconds(row.integer(5)))}});
        });
    if (!read) return std::unexpected(std::move(read).error());
    return stored;
  }

  Result<void> hand_out(StoredMessage& stored, std::int64_t hidden_until_us) {
    ++stored.message.receive_count;
    stored.message.receipt_handle =
        fmt::format("{}-{}-{:016x}", stored.sequence, stored.message.receive_count, random_.next());
    return file_->run(
        "UPDATE queue_messages SET visible_at_us = ?, receive_count = receive_count + 1, receipt = ? WHERE sequence = "
        "?",
        {hidden_until_us, stored.message.receipt_handle, stored.sequence});
  }

  Result<void> bury(const StoredMessage& stored, const std::string& dead_letters, WallTime now) {
    return file_->run(
        "UPDATE queue_messages SET queue = ?, visible_at_us = ?, receive_count = 0, receipt = NULL WHERE sequence = ?",
        {dead_letters, microseconds(now), stored.sequence});
  }

  template <typename Change>
  Result<std::vector<Receipt>> change(std::span<const std::string> receipt_handles, std::chrono::seconds timeout,
                                      Change change_one) {
    if (receipt_handles.size() > message_batch_max)
      return complain(
          fmt::format("{} receipt handles; up to {} are allowed", receipt_handles.size(), message_batch_max));
    if (timeout < 0s || timeout > visibility_timeout_max)
      return complain(fmt::format("a visibility timeout of {} s; 0 to 43200 are allowed", timeout.count()));
    std::vector<Receipt> receipts;
    auto done = commits_.transact([&]() -> Result<void> {
      for (const std::string& handle : receipt_handles) {
        if (auto changed = change_one(handle); !changed) return changed;
        receipts.push_back(file_->changes() == 1 ? Receipt::held : Receipt::lost);
      }
      return {};
    });
    if (!done) return std::unexpected(std::move(done).error());
    return receipts;
  }

  Result<void> hide(const std::string& receipt_handle, std::chrono::seconds timeout) {
    return file_->run("UPDATE queue_messages SET visible_at_us = ? WHERE sequence = ? AND queue = ? AND receipt = ?",
                      {microseconds(clock_.wall_now() + timeout), sequence_of(receipt_handle), name_, receipt_handle});
  }

  /// To its old place in the order.
  Result<void> give_back(const std::string& receipt_handle) {
    return file_->run(
        "UPDATE queue_messages SET visible_at_us = min(?, sent_at_us), receipt = NULL "
        "WHERE sequence = ? AND queue = ? AND receipt = ?",
        {microseconds(clock_.wall_now()), sequence_of(receipt_handle), name_, receipt_handle});
  }

  /// As if it had never been received, but for `delay`.
  Result<void> take_back(const std::string& receipt_handle, std::chrono::seconds delay) {
    const std::int64_t now_us = microseconds(clock_.wall_now());
    const std::int64_t delay_us = std::chrono::microseconds(delay).count();
    return file_->run(
        "UPDATE queue_messages SET visible_at_us = CASE ?2 WHEN 0 THEN min(?1, sent_at_us) ELSE ?1 + ?2 END, "
        "receive_count = receive_count - 1, receipt = NULL WHERE sequence = ?3 AND queue = ?4 AND receipt = ?5",
        {now_us, delay_us, sequence_of(receipt_handle), name_, receipt_handle});
  }

  /// Wait until there may be a message; false when the time is over.
  Result<bool> await(const Taken& taken, std::chrono::steady_clock::time_point deadline, const std::stop_token& stop) {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock_.steady_now());
      if (left <= 0ms || stop.stop_requested()) return false;
      clock_.sleep_for(std::min(left, look_interval));
      const auto connection = commits_.hold();
      const auto mark = file_->mark();
      if (!mark) return std::unexpected(mark.error());
      if (*mark != taken.mark || microseconds(clock_.wall_now()) >= taken.due_at_us) return true;
    }
  }

  std::unique_ptr<SqliteFile> file_;
  GroupCommit commits_{*file_};
  std::filesystem::path path_;
  std::string name_;
  Clock& clock_;
  Random& random_;
};

}  // namespace

Result<std::unique_ptr<Queue>> open_sqlite_queue(std::string_view uri, Clock& clock, Random& random, bool create) {
  const auto parsed = parse_sqlite_uri(uri);
  if (!parsed) return std::unexpected(parsed.error());
  auto file = SqliteFile::open(parsed->path, create);
  if (!file) return std::unexpected(std::move(file).error());
  auto queue = std::make_unique<SqliteQueue>(*std::move(file), *parsed, clock, random);
  auto ready = create ? queue->set_up(*parsed) : queue->check_there();
  if (!ready) return std::unexpected(std::move(ready).error());
  return queue;
}

}  // namespace docmill
