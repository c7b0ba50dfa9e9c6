// The one retry policy: exponential backoff with full jitter.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "document/clock.h"
#include "document/error.h"

namespace docmill {

struct Backoff {
  int attempts_max = 4;
  std::chrono::milliseconds first{50};
  std::chrono::milliseconds longest{20'000};
};

inline bool is_worth_retrying(ErrorKind kind) {
  return kind == ErrorKind::throttled || kind == ErrorKind::unavailable || kind == ErrorKind::timed_out;
}

/// Call `attempt` until it succeeds, fails of something that waiting does not mend, `give_up()` says so, or
/// `attempts_max` is reached. Before the n-th repetition it waits a random time between 0 and first * 2^(n-1)
/// ("full jitter": Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
template <typename Attempt, typename GiveUp>
auto with_retry(const Backoff& backoff, Clock& clock, Random& random, GiveUp give_up, Attempt attempt) {
  auto result = attempt();
  auto ceiling = backoff.first;
  for (int n = 1; n < backoff.attempts_max && !result && is_worth_retrying(result.error().kind) && !give_up(); ++n) {
    const auto range = static_cast<std::uint64_t>(std::min(ceiling, backoff.longest).count()) + 1;
    clock.sleep_for(std::chrono::milliseconds(random.next() % range));
    ceiling *= 2;
    result = attempt();
  }
  return result;
}

}  // namespace docmill
