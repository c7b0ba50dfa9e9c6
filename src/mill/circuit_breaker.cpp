#include "mill/circuit_breaker.h"

#include <algorithm>

namespace docmill {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t faults_in_a_row_max = 5;
/// Tries of one document while others succeed: the fault is this document's place alone (a key that may not be read).
constexpr std::uint32_t rounds_max = 5;
constexpr std::chrono::milliseconds first_wait = 1s;
constexpr std::chrono::milliseconds longest_wait = 60s;
/// How long a message stays away that goes back.
constexpr std::chrono::milliseconds away = 120s;

}  // namespace

CircuitBreaker::Advice CircuitBreaker::on_fault(const std::string& document, std::uint32_t round,
                                                std::uint64_t successes_before) {
  const std::lock_guard lock(mutex_);
  faulted_.insert(document);
  open_ = open_ || faulted_.size() >= faults_in_a_row_max;
  if (open_ && !probe_) probe_ = document;
  if (open_ && *probe_ != document) return {.try_again = false, .wait = away};
  if (!open_ && round >= rounds_max && successes_ > successes_before) return {.try_again = false, .wait = away};
  const std::chrono::milliseconds ceiling =
      std::min(longest_wait, first_wait * (1U << std::min<std::uint32_t>(round - 1, 6)));
  // Half of it for sure, so that a probe does not hurry.
  const auto half = static_cast<std::uint64_t>(ceiling.count() / 2);
  return {.try_again = true, .wait = std::chrono::milliseconds(half + random_.next() % (half + 1))};
}

void CircuitBreaker::on_success() {
  const std::lock_guard lock(mutex_);
  ++successes_;
  faulted_.clear();
  probe_.reset();
  open_ = false;
}

void CircuitBreaker::on_given_up(const std::string& document) {
  const std::lock_guard lock(mutex_);
  if (probe_ != document) return;
  // The next one to fail is the probe; without any the next message is.
  probe_.reset();
  faulted_.clear();
  open_ = false;
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
