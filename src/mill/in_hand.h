// The messages that a worker holds: waiting for a thread, being worked on, and kept from others by heartbeats.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/concurrency.h"
#include "queue/queue.h"

namespace docmill {

/// A message in hand; its number never comes again.
struct HeldMessage {
  std::uint64_t number = 0;
  Message message;
};

/// Any thread may call any member. Nothing is asked of the queue under the lock.
class InHand {
 public:
  struct Settings {
    std::chrono::seconds visibility_timeout{600};
    std::size_t messages_max = 1;
  };

  InHand(Queue& queue, Clock& clock, Concurrency& concurrency, const Settings& settings);

  /// Wait until it is worth a call of the queue's: there is room for half of what one brings, or room and nothing that
  /// waits. How many messages may be received; 0 after stop(). A receive is under way from here to add().
  std::size_t wait_for_room();
  /// Wait until nothing waits, or stop().
  void wait_until_taken();
  /// What the receive brought, perhaps nothing.
  void add(std::vector<Message> messages, std::chrono::steady_clock::time_point received_at);

  /// The next message to work on; nothing after stop(). Whoever takes it ends it by one of the next three.
  std::optional<HeldMessage> take();
  /// Removed from the queue, or left to its visibility timeout.
  void end(std::uint64_t number);
  /// Back to the queue, to be seen again after `delay`. A failure is no more than a longer wait. After stop() not
  /// before the last receive has ended: it would bring what was just given back.
  void give_back(const HeldMessage& held, std::chrono::seconds delay);
  /// Likewise, of one that was taken and then not begun.
  void give_back_unbegun(const HeldMessage& held, std::chrono::seconds delay);

  /// Whether somebody else may have the message by now: then it is no longer ours to end.
  bool is_lost(std::uint64_t number) const;

  /// Ask the queue whether it is ours still, and keep it for another visibility timeout. For what cannot be undone.
  /// Where the queue does not say, it is.
  bool confirm(std::uint64_t number);

  /// Give back all that nobody has begun to work on, likewise.
  void give_back_waiting(std::chrono::seconds delay);
  /// Extends all in hand, every third of the visibility timeout, until stop() and the last message has ended. For a
  /// thread of its own.
  void keep_held();
  /// Nothing new is begun.
  void stop();

  std::size_t size() const;

 private:
  struct Entry {
    Message message;
    std::chrono::steady_clock::time_point received_at;
    bool lost = false;
    bool leaving = false;  // is being given back
  };
  /// Of one call of the queue's.
  struct Batch {
    std::vector<std::uint64_t> numbers;
    std::vector<std::string> handles;
    std::chrono::seconds timeout;
  };
  static void add_to(std::vector<Batch>& batches, std::uint64_t number, const Entry& entry,
                     std::chrono::seconds timeout);

  bool has_room() const;
  std::chrono::seconds timeout_for(const Entry& entry) const;
  std::vector<Batch> due_beats();
  bool beat(const Batch& due);
  std::vector<Batch> let_go(std::span<const std::uint64_t> numbers, std::chrono::seconds delay);
  void tell_given_back(const Result<std::vector<Receipt>>& receipts);
  void tell(const char* event, const Error& error);
  void lose(std::uint64_t number);
  void set_beating(bool beating);

  Queue& queue_;
  Clock& clock_;
  Settings settings_;
  std::atomic<bool> denial_told_ = false;
  mutable std::mutex mutex_;
  std::unique_ptr<Condition> changed_;
  std::map<std::uint64_t, Entry> entries_;
  std::deque<std::uint64_t> waiting_;
  std::uint64_t last_number_ = 0;
  bool stopped_ = false;
  bool beating_ = false;  // a heartbeat is under way
  bool receiving_ = false;
};

}  // namespace docmill
