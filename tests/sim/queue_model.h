// A queue as SQS promises it: at least once, in any order, with visibility timeouts, receipts and a redrive policy.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "queue/queue.h"
#include "sim/faults.h"

namespace docmill::sim {

class QueueModel {
 public:
  struct Entry {
    std::uint64_t id = 0;
    std::string body;
    MessageAttributes attributes;
    Time visible_at{};
    std::uint32_t receive_count = 0;
    std::uint64_t receipt = 0;  // of the last receive
    bool removed = false;
    int deliveries_too_many = 0;
    const Process* given_back_by = nullptr;  // at once
  };

  /// Sees a message just before somebody receives it.
  std::function<void(const Entry&, const Process&)> on_receive = [](const Entry&, const Process&) {};
  /// Sees a message just before it is removed by a receiver.
  std::function<void(const Entry&)> on_remove = [](const Entry&) {};

  void send(std::string body, MessageAttributes attributes, Time visible_at) {
    entries_.push_back(
        {.id = ++last_id_, .body = std::move(body), .attributes = std::move(attributes), .visible_at = visible_at});
  }
  bool is_empty() const {
    return std::ranges::all_of(entries_, [](const Entry& entry) { return entry.removed; });
  }
  std::vector<Entry>& entries() { return entries_; }
  std::uint64_t next_receipt() { return ++last_receipt_; }

 private:
  std::vector<Entry> entries_;
  std::uint64_t last_id_ = 0, last_receipt_ = 0;
};

/// The queue as one process reaches it.
class QueueClient : public Queue {
 public:
  QueueClient(QueueModel& model, QueueModel* dead_letters, std::uint32_t receives_max, Fibers& fibers,
              const Process& process, const Faults& faults)
      : model_(model),
        dead_letters_(dead_letters),
        receives_max_(receives_max),
        fibers_(fibers),
        process_(process),
        faults_(faults) {}

  std::string uri() const override { return "https://sqs.invalid/queue"; }

  /// A call waits in the queue for two seconds of the time, where nobody hears of a stop, and brings what becomes
  /// visible meanwhile.
  Result<std::vector<Message>> receive(const ReceiveOptions& options, std::stop_token stop) override {
    const Time end = fibers_.now() + options.wait;
    for (;;) {
      const Time call_ends = std::min(end, fibers_.now() + std::chrono::seconds(2));
      auto messages =
          call<std::vector<Message>>(fibers_, process_, faults_, uri(),
                                     [&]() -> Result<std::vector<Message>> { return take_until(call_ends, options); });
      if (!messages || !messages->empty() || fibers_.now() >= end || stop.stop_requested()) return messages;
    }
  }

  Result<std::vector<Receipt>> change_visibility(std::span<const std::string> receipt_handles,
                                                 std::chrono::seconds timeout) override {
    return call<std::vector<Receipt>>(fibers_, process_, faults_, uri(), [&]() -> Result<std::vector<Receipt>> {
      std::vector<Receipt> receipts;
      for (const std::string& handle : receipt_handles) {
        QueueModel::Entry* entry = held(handle);
        if (entry != nullptr) entry->visible_at = fibers_.now() + timeout;
        if (entry != nullptr && timeout == std::chrono::seconds(0)) entry->given_back_by = &process_;
        receipts.push_back(entry != nullptr ? Receipt::held : Receipt::lost);
      }
      return receipts;
    });
  }

  Result<Receipt> remove(const std::string& receipt_handle) override {
    return call<Receipt>(fibers_, process_, faults_, uri(), [&]() -> Result<Receipt> {
      QueueModel::Entry* entry = held(receipt_handle);
      if (entry == nullptr) return Receipt::lost;
      model_.on_remove(*entry);
      entry->removed = true;
      return Receipt::held;
    });
  }

  Result<void> send(std::span<const OutgoingMessage> messages) override {
    return call<void>(fibers_, process_, faults_, uri(), [&]() -> Result<void> {
      for (const OutgoingMessage& message : messages)
        model_.send(message.body, message.attributes, fibers_.now() + message.delay);
      return {};
    });
  }

  Result<QueueStatus> status() override { return QueueStatus{}; }
  Result<void> purge() override { return {}; }

 private:
  std::vector<Message> take_until(Time end, const ReceiveOptions& options) {
    for (;;) {
      std::vector<Message> received;
      for (QueueModel::Entry& entry : model_.entries())
        if (received.size() < options.messages_max && is_to_be_seen(entry)) take(entry, options, received);
      if (!received.empty() || fibers_.now() >= end || !process_.alive) return received;
      fibers_.sleep_for(std::chrono::milliseconds(500));
    }
  }

  /// At least once: a message in flight, or one that is gone, now and then comes again.
  bool is_to_be_seen(QueueModel::Entry& entry) const {
    if (!entry.removed && entry.visible_at <= fibers_.now()) return fibers_.chance(0.8);
    constexpr int deliveries_too_many_max = 1;
    if (faults_.over || entry.receive_count == 0 || entry.deliveries_too_many >= deliveries_too_many_max) return false;
    if (!fibers_.chance(faults_.redelivered)) return false;
    ++entry.deliveries_too_many;
    return true;
  }

  void take(QueueModel::Entry& entry, const ReceiveOptions& options, std::vector<Message>& received) {
    if (entry.receive_count >= receives_max_ && dead_letters_ != nullptr) {
      dead_letters_->send(entry.body, {{"by", "redrive"}}, fibers_.now());
      entry.removed = true;
      return;
    }
    model_.on_receive(entry, process_);
    entry.removed = false;
    entry.given_back_by = nullptr;
    ++entry.receive_count;
    entry.receipt = model_.next_receipt();
    entry.visible_at = fibers_.now() + options.visibility_timeout;
    received.push_back({.id = std::to_string(entry.id),
                        .receipt_handle = std::to_string(entry.receipt),
                        .body = entry.body,
                        .attributes = entry.attributes,
                        .receive_count = entry.receive_count,
                        .sent_at = {}});
  }

  QueueModel::Entry* held(const std::string& handle) {
    for (QueueModel::Entry& entry : model_.entries())
      if (!entry.removed && std::to_string(entry.receipt) == handle) return &entry;
    return nullptr;
  }

  QueueModel& model_;
  QueueModel* dead_letters_;
  std::uint32_t receives_max_;
  Fibers& fibers_;
  const Process& process_;
  const Faults& faults_;
};

}  // namespace docmill::sim
