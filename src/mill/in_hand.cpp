#include "mill/in_hand.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/failpoint.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

/// SQS forgets a receipt twelve hours after the receive, however often it was extended.
constexpr std::chrono::seconds held_max = 12h;
/// A call for each message that ends would cost as much as its other calls together.
constexpr std::size_t worth_a_call = message_batch_max / 2;

}  // namespace

InHand::InHand(Queue& queue, Clock& clock, Concurrency& concurrency, const Settings& settings)
    : queue_(queue), clock_(clock), settings_(settings), changed_(concurrency.make_condition()) {}

std::size_t InHand::wait_for_room() {
  std::unique_lock lock(mutex_);
  while (!stopped_ && !has_room()) changed_->wait(lock);
  receiving_ = !stopped_;
  return stopped_ ? 0 : settings_.messages_max - entries_.size();
}

void InHand::wait_until_taken() {
  std::unique_lock lock(mutex_);
  while (!stopped_ && !waiting_.empty()) changed_->wait(lock);
}

bool InHand::has_room() const {
  if (entries_.size() >= settings_.messages_max) return false;
  return waiting_.empty() || settings_.messages_max - entries_.size() >= worth_a_call;
}

void InHand::add(std::vector<Message> messages, std::chrono::steady_clock::time_point received_at) {
  const std::lock_guard lock(mutex_);
  for (Message& message : messages) {
    entries_.emplace(++last_number_, Entry{.message = std::move(message), .received_at = received_at});
    waiting_.push_back(last_number_);
  }
  receiving_ = false;
  changed_->notify_all();
}

std::optional<HeldMessage> InHand::take() {
  std::unique_lock lock(mutex_);
  while (!stopped_ && waiting_.empty()) changed_->wait(lock);
  if (stopped_) return std::nullopt;
  const std::uint64_t number = waiting_.front();
  waiting_.pop_front();
  if (waiting_.empty()) changed_->notify_all();  // more may be received
  return HeldMessage{.number = number, .message = entries_.at(number).message};
}

void InHand::end(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  entries_.erase(number);
  changed_->notify_all();
}

void InHand::give_back(const HeldMessage& held, std::chrono::seconds delay) {
  for (const Batch& batch : let_go({&held.number, 1}, delay))
    tell_given_back(queue_.change_visibility(batch.handles, delay));
  end(held.number);
}

void InHand::give_back_unbegun(const HeldMessage& held, std::chrono::seconds delay) {
  for (const Batch& batch : let_go({&held.number, 1}, delay))
    tell_given_back(queue_.give_back_unbegun(batch.handles, delay));
  end(held.number);
}

bool InHand::is_lost(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(number);
  return found == entries_.end() || found->second.lost;
}

bool InHand::confirm(std::uint64_t number) {
  Batch one;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(number);
    if (found == entries_.end() || found->second.lost) return false;
    one = {.numbers = {number},
           .handles = {found->second.message.receipt_handle},
           .timeout = std::max(timeout_for(found->second), 1s)};
  }
  beat(one);
  return !is_lost(number);
}

void InHand::give_back_waiting(std::chrono::seconds delay) {
  std::deque<std::uint64_t> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting.swap(waiting_);
  }
  const std::vector<std::uint64_t> numbers(waiting.begin(), waiting.end());
  for (const Batch& batch : let_go(numbers, delay)) tell_given_back(queue_.give_back_unbegun(batch.handles, delay));
  for (const std::uint64_t number : numbers) end(number);
}

/// Those of them that are ours still, out of reach of heartbeats: one that comes after would take them back.
std::vector<InHand::Batch> InHand::let_go(std::span<const std::uint64_t> numbers, std::chrono::seconds delay) {
  std::vector<Batch> batches;
  std::unique_lock lock(mutex_);
  while (beating_ || (stopped_ && receiving_)) changed_->wait(lock);
  for (const std::uint64_t number : numbers) {
    const auto found = entries_.find(number);
    if (found == entries_.end() || found->second.lost) continue;
    found->second.leaving = true;
    add_to(batches, number, found->second, delay);
  }
  return batches;
}

void InHand::add_to(std::vector<Batch>& batches, std::uint64_t number, const Entry& entry,
                    std::chrono::seconds timeout) {
  if (batches.empty() || batches.back().handles.size() == message_batch_max || batches.back().timeout != timeout)
    batches.push_back({.numbers = {}, .handles = {}, .timeout = timeout});
  batches.back().numbers.push_back(number);
  batches.back().handles.push_back(entry.message.receipt_handle);
}

void InHand::tell_given_back(const Result<std::vector<Receipt>>& receipts) {
  if (!receipts) tell("message_not_given_back", receipts.error());
}

void InHand::keep_held() {
  const auto period = std::chrono::milliseconds(settings_.visibility_timeout) / 3;
  // A call that failed is tried again well before anything runs out.
  const std::chrono::milliseconds again = std::min<std::chrono::milliseconds>(period / 4, 5s);
  auto next = clock_.steady_now() + period;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      while (!(stopped_ && entries_.empty()) && clock_.steady_now() < next) changed_->wait_until(lock, next);
      if (stopped_ && entries_.empty()) return;
    }
    bool all_done = true;
    for (const Batch& due : due_beats()) all_done = beat(due) && all_done;
    set_beating(false);
    next = clock_.steady_now() + (all_done ? period : again);
  }
}

std::chrono::seconds InHand::timeout_for(const Entry& entry) const {
  const auto held = clock_.steady_now() - entry.received_at;
  return std::min(settings_.visibility_timeout, std::chrono::duration_cast<std::chrono::seconds>(held_max - held));
}

std::vector<InHand::Batch> InHand::due_beats() {
  std::vector<Batch> beats;
  const std::lock_guard lock(mutex_);
  beating_ = true;
  for (const auto& [number, entry] : entries_) {
    const std::chrono::seconds timeout = timeout_for(entry);
    if (entry.lost || entry.leaving || timeout <= 0s) continue;
    add_to(beats, number, entry, timeout);
  }
  return beats;
}

bool InHand::beat(const Batch& due) {
  (void)DOCMILL_FAILPOINT("heartbeat");
  const auto receipts = queue_.change_visibility(due.handles, due.timeout);
  if (!receipts) {
    tell("heartbeat_failed", receipts.error());
    return false;
  }
  for (std::size_t i = 0; i < receipts->size(); ++i)
    if ((*receipts)[i] == Receipt::lost) lose(due.numbers[i]);
  return true;
}

/// A denial is told once: it is asked for again as any other failure is, and a worker can do without.
void InHand::tell(const char* event, const Error& error) {
  if (error.kind != ErrorKind::denied) return log::warning(event, {{"reason", error.text()}});
  if (denial_told_.exchange(true)) return;
  log::warning("visibility_unchangeable",
               {{"reason", error.text()},
                {"consequence",
                 "what takes longer than the visibility timeout is done again, and what is given back "
                 "comes again when it ends"}});
}

void InHand::lose(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(number);
  if (found == entries_.end()) return;  // it ended meanwhile, which is why
  log::warning("message_lost", {{"message", found->second.message.id}});
  found->second.lost = true;
  // What nobody works on is forgotten; the rest ends without an acknowledgement.
  if (std::erase(waiting_, number) > 0) entries_.erase(found);
  changed_->notify_all();
}

void InHand::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_->notify_all();
}

void InHand::set_beating(bool beating) {
  const std::lock_guard lock(mutex_);
  beating_ = beating;
  changed_->notify_all();
}

std::size_t InHand::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace docmill
