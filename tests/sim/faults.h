// What goes wrong in one simulated world, and how a call of a service goes.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/error.h"
#include "net/retry.h"
#include "sim/fibers.h"

namespace docmill::sim {

struct Faults {
  double refused = 0;      // an error, and nothing happened
  double reply_lost = 0;   // an error, and it happened
  double redelivered = 0;  // a message that is in flight, or was removed, comes again
  Time outage_begins{}, outage_ends{};
  Time denial_begins{}, denial_ends{};  // of the stores
  bool denied = false;                  // every call
  bool over = false;                    // the world has calmed down

  double refused_now(Time now) const {
    if (over) return 0;
    return now >= outage_begins && now < outage_ends ? 1 : refused;
  }
  bool stores_deny(Time now) const { return !over && now >= denial_begins && now < denial_ends; }
};

/// One request to a service: the way there, the effect, the way back. What a dead process asks for does not happen, and
/// whoever dies meanwhile does not hear of it.
template <typename Value, typename Effect>
Result<Value> request(Fibers& fibers, const Process& caller, const Faults& faults, std::string_view subject,
                      Effect& effect) {
  fibers.sleep_for(std::chrono::milliseconds(fibers.between(1, 40)));
  if (!caller.alive) return fail(ErrorKind::unavailable, subject, "the caller is dead");
  if (faults.denied) return fail(ErrorKind::denied, subject, "as the policy says");
  if (fibers.chance(faults.refused_now(fibers.now()))) {
    const bool throttled = fibers.chance(0.3);
    return fail(throttled ? ErrorKind::throttled : ErrorKind::unavailable, subject, "refused");
  }
  Result<Value> result = effect();
  const bool lost = !faults.over && fibers.chance(faults.reply_lost);
  fibers.sleep_for(std::chrono::milliseconds(fibers.between(1, 40)));
  if (!caller.alive) return fail(ErrorKind::unavailable, subject, "the caller is dead");
  if (lost) return fail(ErrorKind::timed_out, subject, "the reply was lost");
  return result;
}

/// One call of a service, repeated as aws::Client repeats it, and by nobody above.
template <typename Value, typename Effect>
Result<Value> call(Fibers& fibers, const Process& caller, const Faults& faults, std::string_view subject,
                   Effect effect) {
  const auto clock = make_clock(fibers);
  const auto random = make_random(fibers);
  return with_retry(
      Backoff{}, *clock, *random, [&] { return !caller.alive; },
      [&] { return request<Value>(fibers, caller, faults, subject, effect); });
}

}  // namespace docmill::sim
