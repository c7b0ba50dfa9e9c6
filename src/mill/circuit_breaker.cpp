#include "mill/circuit_breaker.h"

#include <algorithm>
#include <utility>

#include "base/failpoint.h"
#include "queue/queue.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t faults_in_a_row_max = 5;
/// Tries of one document before it is alone in failing, or its fault an outage.
constexpr std::uint32_t rounds_max = 5;
/// Tries of a probe before it gives up its place.
constexpr std::uint32_t probe_tries_max = 5;
/// Where nobody knows whether only this one is refused, the next message is asked soon.
constexpr std::uint32_t unknown_tries_max = 2;
constexpr std::chrono::milliseconds unknown_wait_max = 4s;
constexpr std::chrono::milliseconds first_wait = 1s;
constexpr std::chrono::milliseconds longest_wait = 60s;
constexpr std::chrono::seconds first_away = 120s;
constexpr std::chrono::seconds longest_away = 1h;
/// 1 s doubled so often is more than any longest wait.
constexpr std::uint32_t doublings_max = 6;

}  // namespace

std::chrono::seconds away_after(std::uint32_t receive_count) {
  const std::uint32_t doublings = std::min(std::max(receive_count, 1U) - 1, doublings_max);
  return std::min(longest_away, first_away * (1U << doublings));
}

CircuitBreaker::CircuitBreaker(Clock& clock, Concurrency& concurrency, Random& random,
                               std::function<void(bool open)> on_change)
    : clock_(clock), random_(random), on_change_(std::move(on_change)), changed_(concurrency.make_condition()) {}

std::size_t CircuitBreaker::wait_to_receive() {
  std::unique_lock lock(mutex_);
  while (!stopped_ && open_ && probe_ && !wants_another_) changed_->wait(lock);
  if (stopped_) return 0;
  return open_ ? 1 : message_batch_max;
}

void CircuitBreaker::on_received(std::size_t messages) {
  const std::lock_guard lock(mutex_);
  if (!open_ || messages == 0) return;
  probe_.reset();
  wants_another_ = false;
  changed_->notify_all();
}

std::optional<CircuitBreaker::Ticket> CircuitBreaker::begin() {
  const std::lock_guard lock(mutex_);
  if (open_ && probe_) return std::nullopt;
  const Ticket ticket = ++last_ticket_;
  if (open_) {
    probe_ = ticket;
    probe_tries_ = 0;
  }
  return ticket;
}

CircuitBreaker::Advice CircuitBreaker::on_fault(const Fault& fault) {
  if (!note(fault)) return Advice::alone;
  tell_changes();
  std::unique_lock lock(mutex_);
  const auto deadline = clock_.steady_now() + wait_after(fault);
  const bool was_open = open_;
  while (!stopped_ && open_ == was_open && !must_go_back(fault.ticket) && clock_.steady_now() < deadline)
    changed_->wait_until(lock, deadline);
  if (stopped_) return Advice::stopped;
  return must_go_back(fault.ticket) ? Advice::go_back : Advice::try_again;
}

/// False where the document is alone in failing.
bool CircuitBreaker::note(const Fault& fault) {
  const std::lock_guard lock(mutex_);
  faulted_.insert(fault.document);
  const bool had_its_rounds = fault.round >= rounds_max;
  const bool others_succeed = successes_ > fault.successes_before;
  if (!open_ && had_its_rounds && others_succeed) return false;
  if (!open_ && (had_its_rounds || faulted_.size() >= faults_in_a_row_max)) {
    open_ = true;
    probe_ = fault.ticket;
    probe_tries_ = fault.round - 1;
    outage_tries_ = fault.round - 1;
    wants_another_ = false;
  }
  if (!open_ || probe_ != fault.ticket) return true;
  ++probe_tries_;
  ++outage_tries_;
  wants_another_ = probe_tries_ >= (fault.scope == FaultScope::unknown ? unknown_tries_max : probe_tries_max);
  changed_->notify_all();
  return true;
}

/// Half of it for sure, so that a probe does not hurry.
std::chrono::milliseconds CircuitBreaker::wait_after(const Fault& fault) {
  const std::uint32_t tries = open_ ? outage_tries_ : fault.round;
  const auto longest = fault.scope == FaultScope::unknown ? unknown_wait_max : longest_wait;
  const std::chrono::milliseconds ceiling = std::min(longest, first_wait * (1U << std::min(tries - 1, doublings_max)));
  const auto half = static_cast<std::uint64_t>(ceiling.count() / 2);
  return std::chrono::milliseconds(half + random_.next() % (half + 1));
}

void CircuitBreaker::on_success() {
  {
    const std::lock_guard lock(mutex_);
    ++successes_;
    faulted_.clear();
    if (open_ && !DOCMILL_FAILPOINT("breaker_closes")) close();
  }
  tell_changes();
}

/// Under the lock.
void CircuitBreaker::close() {
  open_ = false;
  probe_.reset();
  wants_another_ = false;
  changed_->notify_all();
}

void CircuitBreaker::on_end(Ticket ticket) {
  const std::lock_guard lock(mutex_);
  if (probe_ != ticket) return;
  probe_.reset();  // the next message is
  changed_->notify_all();
}

/// Whoever finds that nobody tells does, until what was told is how it is.
void CircuitBreaker::tell_changes() {
  std::unique_lock lock(mutex_);
  if (telling_) return;
  telling_ = true;
  while (told_ != open_) {
    const bool open = told_ = open_;
    lock.unlock();
    on_change_(open);
    lock.lock();
  }
  telling_ = false;
}

void CircuitBreaker::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_->notify_all();
}

bool CircuitBreaker::is_open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

std::uint64_t CircuitBreaker::successes() const {
  const std::lock_guard lock(mutex_);
  return successes_;
}

}  // namespace docmill
