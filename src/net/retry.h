// The one retry policy: exponential backoff with full jitter, and a budget of retries for a whole program.
//
// Whoever makes a call repeats it, and nobody above: a retry inside a retry multiplies. Calls of
// services over HTTP are repeated by net::Caller (net/caller.h), those of a local folder by RetriedStore
// (store/retried_store.h), SQLite waits for its lock.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/error.h"

namespace docmill {

struct Backoff {
  /// While a service refuses three requests in ten, one call in fifteen thousand fails all of these; together they wait
  /// three seconds on average.
  int attempts_max = 8;
  std::chrono::milliseconds first{50};
  std::chrono::milliseconds longest{20'000};
};

inline bool is_worth_retrying(ErrorKind kind) {
  return kind == ErrorKind::throttled || kind == ErrorKind::unavailable || kind == ErrorKind::timed_out;
}

/// How long to wait before the next attempt of one call. Before the n-th repetition: a random time between 0 and
/// first * 2^(n-1) ("full jitter": Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), but no less
/// than the server asked for.
class RetrySchedule {
 public:
  RetrySchedule(const Backoff& backoff, Random& random)
      : backoff_(backoff), random_(&random), ceiling_(backoff.first) {}

  /// Nothing when there have been enough attempts, or the server asks for more than `longest`.
  std::optional<std::chrono::milliseconds> next(std::optional<std::chrono::milliseconds> retry_after = {}) {
    if (++attempts_ >= backoff_.attempts_max || retry_after > backoff_.longest) return std::nullopt;
    const auto range = static_cast<std::uint64_t>(std::min(ceiling_, backoff_.longest).count()) + 1;
    ceiling_ = std::min(2 * ceiling_, backoff_.longest);
    return std::max(std::chrono::milliseconds(random_->next() % range),
                    retry_after.value_or(std::chrono::milliseconds{}));
  }

 private:
  Backoff backoff_;
  Random* random_;
  std::chrono::milliseconds ceiling_;
  int attempts_ = 0;
};

/// Bounds the retries of all calls together, so that a place in trouble does not get its load multiplied: a bucket of
/// tokens, of which every retry takes one and every success gives back half of one. While three in ten calls fail,
/// there is a token for each; while all fail, the first `tokens_max` retries are the last. Any thread.
class RetryBudget {
 public:
  explicit RetryBudget(double tokens_max = 100) : tokens_max_(tokens_max), tokens_(tokens_max) {}

  bool take() {
    const std::lock_guard lock(mutex_);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }
  void succeeded() {
    const std::lock_guard lock(mutex_);
    tokens_ = std::min(tokens_max_, tokens_ + 0.5);
  }

 private:
  std::mutex mutex_;
  double tokens_max_;
  double tokens_;
};

/// Sleeps, but looks at `give_up()` ten times a second. True when the whole time has passed.
template <typename GiveUp>
bool sleep_unless(Clock& clock, std::chrono::milliseconds duration, GiveUp give_up) {
  constexpr std::chrono::milliseconds piece{100};
  for (; duration > piece; duration -= piece) {
    if (give_up()) return false;
    clock.sleep_for(piece);
  }
  clock.sleep_for(duration);
  return true;
}

/// Call `attempt` until it succeeds, fails of something that waiting does not mend, `give_up()` says so, or
/// `attempts_max` is reached.
template <typename Attempt, typename GiveUp>
auto with_retry(const Backoff& backoff, Clock& clock, Random& random, GiveUp give_up, Attempt attempt) {
  RetrySchedule schedule(backoff, random);
  auto result = attempt();
  while (!result && is_worth_retrying(result.error().kind) && !give_up()) {
    const auto wait = schedule.next();
    if (!wait || !sleep_unless(clock, *wait, give_up)) break;
    result = attempt();
  }
  return result;
}

}  // namespace docmill
