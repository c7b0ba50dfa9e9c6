// The rows of one queue in an SQLite file: every statement that is run there.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "queue/queue.h"
#include "queue/sqlite_file.h"

namespace docmill {

/// Where messages go that were received so often; nowhere without a queue.
struct RedrivePolicy {
  std::optional<std::string> dead_letters{};
  std::uint32_t receives_max = 10;

  bool operator==(const RedrivePolicy&) const = default;
};

struct StoredMessage {
  std::int64_t sequence = 0;
  Message message;  // without its receipt handle
};

/// Messages are visible from their `visible_at` on and come in the order of it: of new ones that is the time when they
/// were sent, so the oldest come first, and one that comes back after a timeout does not stand in the way of others.
///
/// REQUIRES: the caller holds the connection; what writes is run in a transaction. Errors: those of SqliteFile.
class SqliteTables {
 public:
  /// `file` outlives it. `uri` is the queue's, for errors.
  SqliteTables(SqliteFile& file, std::string queue, std::string uri)
      : file_(file), queue_(std::move(queue)), uri_(std::move(uri)) {}

  /// Make what is missing of the tables.
  Result<void> make();
  /// Errors: also not_found (the file has no queues).
  Result<void> check_there();
  /// Errors: also invalid_input (of another version of docmill).
  Result<void> check_version();

  /// The policy as stored; nothing where the queue was never set up.
  Result<std::optional<RedrivePolicy>> policy();
  /// Also makes the queue of dead letters, without a policy.
  Result<void> set_policy(const RedrivePolicy& policy);

  Result<void> insert(const OutgoingMessage& message, std::string_view id, WallTime now);
  /// The first ones that are visible.
  Result<std::vector<StoredMessage>> visible(WallTime now, std::size_t messages_max);
  /// When the next message becomes visible, or became so; WallTime::max() where there is none.
  Result<WallTime> next_due();
  /// Counts of visible, in_flight and delayed.
  Result<QueueStatus> count(WallTime now);

  /// Counts a receive. `receipt_handle` is the only one that is good from now on.
  Result<void> hand_out(std::int64_t sequence, std::string_view receipt_handle, WallTime hidden_until);
  Result<void> move_to(std::string_view queue, std::int64_t sequence, WallTime now);

  // What the holder of a message does with it. Whether the receipt handle was still good: affected_one().
  Result<void> hide(std::string_view receipt_handle, WallTime until);
  /// Back to its old place in the order.
  Result<void> give_back(std::string_view receipt_handle, WallTime now);
  /// As if it had never been received, but for `delay`.
  Result<void> take_back(std::string_view receipt_handle, WallTime now, std::chrono::seconds delay);
  Result<void> remove(std::string_view receipt_handle);
  bool affected_one() const { return file_.changes() == 1; }

  Result<void> remove_all();

 private:
  SqliteFile& file_;
  const std::string queue_;
  const std::string uri_;
};

/// For a message that is handed out: unique, and names its row.
std::string receipt_handle_of(const StoredMessage& stored, std::uint64_t nonce);

}  // namespace docmill
