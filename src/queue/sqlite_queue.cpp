#include "queue/sqlite_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "queue/group_commit.h"
#include "queue/message_check.h"
#include "queue/sqlite_file.h"
#include "queue/sqlite_tables.h"
#include "queue/sqlite_uri.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

// How often a waiting receiver looks whether the file has changed: soon enough for people, and some 20 microseconds of
// work each time.
constexpr std::chrono::milliseconds look_interval = 20ms;

std::string default_dead_letters_of(const std::string& queue) {
  return queue == SqliteUri{}.queue ? "dead-letters" : queue + "-dead-letters";
}

bool has_dead_letters_name(std::string_view queue) { return queue.ends_with("dead-letters"); }

class SqliteQueue final : public Queue {
 public:
  SqliteQueue(std::unique_ptr<SqliteFile> file, const SqliteUri& uri, Clock& clock, Random& random)
      : file_(std::move(file)),
        path_(uri.path),
        uri_(sqlite_uri_of(uri.path, uri.queue)),
        tables_(*file_, uri.queue, uri_),
        clock_(clock),
        random_(random) {}

  Result<void> set_up(const SqliteUri& uri) {
    return commits_.transact([&]() -> Result<void> {
      if (auto made = tables_.make(); !made) return made;
      if (auto checked = tables_.check_version(); !checked) return checked;
      return set_policy(uri);
    });
  }

  /// Of a queue that is only looked at.
  Result<void> check_there() {
    const auto connection = commits_.hold();
    if (auto checked = tables_.check_there(); !checked) return checked;
    if (auto checked = tables_.check_version(); !checked) return checked;
    const auto stored = tables_.policy();
    if (!stored) return std::unexpected(stored.error());
    if (*stored) return {};
    return fail(ErrorKind::not_found, uri_,
                "there is no such queue in this file; the first worker or enqueue makes it");
  }

  std::string uri() const override { return uri_; }

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
    return change(receipt_handles, timeout, [&](const std::string& handle) {
      const WallTime now = clock_.wall_now();
      return timeout == 0s ? tables_.give_back(handle, now) : tables_.hide(handle, now + timeout);
    });
  }

  Result<std::vector<Receipt>> give_back_unbegun(std::span<const std::string> receipt_handles,
                                                 std::chrono::seconds delay) override {
    return change(receipt_handles, delay,
                  [&](const std::string& handle) { return tables_.take_back(handle, clock_.wall_now(), delay); });
  }

  Result<Receipt> remove(const std::string& receipt_handle) override {
    bool removed = false;
    auto done = commits_.transact([&] {
      auto deleted = tables_.remove(receipt_handle);
      removed = tables_.affected_one();
      return deleted;
    });
    if (!done) return std::unexpected(std::move(done).error());
    return removed ? Receipt::held : Receipt::lost;
  }

  Result<void> send(std::span<const OutgoingMessage> messages) override {
    if (auto checked = check_messages(messages, uri_); !checked) return checked;
    return commits_.transact([&]() -> Result<void> {
      const WallTime now = clock_.wall_now();
      for (const OutgoingMessage& message : messages) {
        const std::string id = fmt::format("{:016x}{:016x}", random_.next(), random_.next());
        if (auto inserted = tables_.insert(message, id, now); !inserted) return inserted;
      }
      return {};
    });
  }

  Result<QueueStatus> status() override {
    const auto connection = commits_.hold();
    auto status = tables_.count(clock_.wall_now());
    if (!status) return status;
    status->visibility_timeout = ReceiveOptions{}.visibility_timeout;
    const auto policy = policy_in_force();
    if (!policy) return std::unexpected(policy.error());
    if (policy->dead_letters) {
      status->dead_letter_uri = sqlite_uri_of(path_, *policy->dead_letters);
      status->receives_max = policy->receives_max;
    }
    return status;
  }

  Result<Peek> peek(std::size_t messages_max) override {
    const auto connection = commits_.hold();
    auto stored = tables_.visible(clock_.wall_now(), messages_max);
    if (!stored) return std::unexpected(std::move(stored).error());
    Peek peek;
    for (StoredMessage& one : *stored) peek.messages.push_back(std::move(one.message));
    return peek;
  }

  Result<void> purge() override {
    return commits_.transact([&] { return tables_.remove_all(); });
  }

 private:
  static constexpr std::chrono::seconds visibility_timeout_max = 12h;  // as in SQS
  static constexpr std::chrono::seconds wait_max = 20s;                // as in SQS

  /// What a look at the queue found; if no message, then what to wait for.
  struct Taken {
    std::vector<Message> messages;
    SqliteMark mark;
    WallTime due = WallTime::max();  // when the next one becomes visible
  };

  std::unexpected<Error> complain(std::string message) const {
    return fail(ErrorKind::invalid_input, uri_, std::move(message));
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

  /// A queue begins with the default policy, dead letters with none; what the URI names holds from now on.
  Result<void> set_policy(const SqliteUri& uri) {
    const auto stored = tables_.policy();
    if (!stored) return std::unexpected(stored.error());
    RedrivePolicy wanted = stored->value_or(RedrivePolicy{});
    if (!*stored && !has_dead_letters_name(uri.queue)) wanted.dead_letters = default_dead_letters_of(uri.queue);
    if (uri.dead_letters) wanted.dead_letters = uri.dead_letters;
    if (uri.receives_max) wanted.receives_max = *uri.receives_max;
    if (*stored == wanted) return {};
    return tables_.set_policy(wanted);
  }

  Result<RedrivePolicy> policy_in_force() {
    const auto stored = tables_.policy();
    if (!stored) return std::unexpected(stored.error());
    return stored->value_or(RedrivePolicy{});
  }

  Result<void> look(Taken& taken) {
    const auto connection = commits_.hold();
    const auto mark = file_->mark();
    if (!mark) return std::unexpected(mark.error());
    const auto due = tables_.next_due();
    if (!due) return std::unexpected(due.error());
    taken.mark = *mark;
    taken.due = *due;
    return {};
  }

  /// An empty queue costs no write: receivers that wait do not hold up senders.
  Result<void> take(const ReceiveOptions& options, Taken& taken) {
    if (auto looked = look(taken); !looked || taken.due > clock_.wall_now()) return looked;
    return commits_.transact([&] { return take_visible(options, taken.messages); });
  }

  Result<void> take_visible(const ReceiveOptions& options, std::vector<Message>& messages) {
    const auto policy = policy_in_force();
    if (!policy) return std::unexpected(policy.error());
    const WallTime now = clock_.wall_now();
    while (messages.size() < options.messages_max) {
      auto stored = tables_.visible(now, options.messages_max - messages.size());
      if (!stored) return std::unexpected(std::move(stored).error());
      if (stored->empty()) return {};
      for (StoredMessage& one : *stored) {
        const bool is_dead = policy->dead_letters && one.message.receive_count >= policy->receives_max;
        auto changed = is_dead ? tables_.move_to(*policy->dead_letters, one.sequence, now)
                               : hand_out(one, now + options.visibility_timeout);
        if (!changed) return changed;
        if (!is_dead) messages.push_back(std::move(one.message));
      }
      if (options.visibility_timeout == 0s) return {};  // they are visible still
    }
    return {};
  }

  Result<void> hand_out(StoredMessage& stored, WallTime hidden_until) {
    ++stored.message.receive_count;
    stored.message.receipt_handle = receipt_handle_of(stored, random_.next());
    return tables_.hand_out(stored.sequence, stored.message.receipt_handle, hidden_until);
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
        receipts.push_back(tables_.affected_one() ? Receipt::held : Receipt::lost);
      }
      return {};
    });
    if (!done) return std::unexpected(std::move(done).error());
    return receipts;
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
      if (*mark != taken.mark || clock_.wall_now() >= taken.due) return true;
    }
  }

  std::unique_ptr<SqliteFile> file_;
  GroupCommit commits_{*file_};
  const std::filesystem::path path_;
  const std::string uri_;
  SqliteTables tables_;
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
