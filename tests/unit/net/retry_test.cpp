#include "net/retry.h"

#include <gtest/gtest.h>

#include <functional>

#include "unit/base/virtual_clock.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

const auto never = [] { return false; };

struct Place {
  ErrorKind kind = ErrorKind::unavailable;
  int failures = 100;
  int calls = 0;

  Result<int> operator()() {
    if (++calls <= failures) return fail(kind, "place", "down");
    return calls;
  }
};

Result<int> try_it(Place& place, VirtualClock& clock, std::uint64_t chance, Backoff backoff = {},
                   const std::function<bool()>& give_up = never) {
  FixedRandom random(chance);
  return with_retry(backoff, clock, random, give_up, [&] { return place(); });
}

TEST(Retry, SuccessIsNotRepeated) {
  Place place{.failures = 0};
  VirtualClock clock;
  EXPECT_EQ(try_it(place, clock, 0).value(), 1);
  EXPECT_EQ(place.calls, 1);
  EXPECT_TRUE(clock.sleeps().empty());
}

TEST(Retry, WhatMayPassIsTriedAgain) {
  for (const ErrorKind kind : {ErrorKind::throttled, ErrorKind::unavailable, ErrorKind::timed_out}) {
    Place place{.kind = kind, .failures = 2};
    VirtualClock clock;
    EXPECT_EQ(try_it(place, clock, 0).value(), 3) << name_of(kind);
  }
}

TEST(Retry, WhatWaitingDoesNotMendIsNot) {
  for (int i = 0; i < error_kind_count; ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    if (is_worth_retrying(kind)) continue;
    Place place{.kind = kind};
    VirtualClock clock;
    EXPECT_EQ(try_it(place, clock, 0).error().kind, kind);
    EXPECT_EQ(place.calls, 1) << name_of(kind);
  }
}

TEST(Retry, EndsAfterItsAttemptsWithTheLastError) {
  Place place;
  VirtualClock clock;
  EXPECT_EQ(try_it(place, clock, 0).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(place.calls, 8);
}

std::vector<std::chrono::milliseconds> waits(const Backoff& backoff, std::uint64_t chance) {
  FixedRandom random(chance);
  RetrySchedule schedule(backoff, random);
  std::vector<std::chrono::milliseconds> all;
  while (const auto wait = schedule.next()) all.push_back(*wait);
  return all;
}

TEST(Retry, WaitsAtMostADoublingTime) {
  // Leaves the largest remainder of each range.
  const std::uint64_t chance = 51ULL * 101 * 201 * 401 * 801 * 1601 * 3201 - 1;
  EXPECT_EQ(waits({}, chance), (std::vector{50ms, 100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms}));
  EXPECT_EQ(waits({}, 0), std::vector(7, 0ms));
  EXPECT_EQ(waits({.attempts_max = 2}, 51), std::vector{0ms});
}

TEST(Retry, NeverWaitsLongerThanItsLongest) {
  const auto all = waits({.attempts_max = 80, .first = 50ms, .longest = 300ms}, 12'345'678'901ULL);
  EXPECT_EQ(all.size(), 79U);
  for (const auto wait : all) EXPECT_LE(wait, 300ms);
}

TEST(Retry, WaitsNoLessThanTheServerAsksFor) {
  FixedRandom random(7);
  RetrySchedule schedule({}, random);
  EXPECT_EQ(schedule.next(3s), 3s);
  EXPECT_EQ(schedule.next(1ms), 7ms);
  EXPECT_EQ(schedule.next(21s), std::nullopt) << "more than the longest wait";
}

TEST(Retry, TheBudgetEndsWhileAllFailsAndLastsWhileThreeInTenDo) {
  RetryBudget outage(100);
  int retries = 0;
  while (outage.take()) ++retries;
  EXPECT_EQ(retries, 100);

  RetryBudget trouble(100);
  for (int i = 0; i < 10'000; ++i) {
    if (i % 10 < 3)
      ASSERT_TRUE(trouble.take()) << i;
    else
      trouble.succeeded();
  }
}

TEST(Retry, ALongSleepIsBrokenOff) {
  VirtualClock clock;
  EXPECT_FALSE(sleep_unless(clock, 20s, [&] { return clock.steady_now().time_since_epoch() >= 1s; }));
  EXPECT_EQ(clock.steady_now().time_since_epoch(), 1s);
  EXPECT_TRUE(sleep_unless(clock, 250ms, never));
  EXPECT_EQ(clock.steady_now().time_since_epoch(), 1250ms);
}

TEST(Retry, EndsWhenItIsTold) {
  Place place;
  VirtualClock clock;
  ASSERT_FALSE(try_it(place, clock, 0, {}, [&] { return place.calls == 2; }));
  EXPECT_EQ(place.calls, 2);
}

}  // namespace
}  // namespace docmill
