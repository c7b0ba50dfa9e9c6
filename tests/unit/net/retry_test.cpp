#include "net/retry.h"

#include <gtest/gtest.h>

#include "unit/mill/mill_fixture.h"

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

TEST(Backoff, SuccessIsNotRepeated) {
  Place place{.failures = 0};
  VirtualClock clock;
  EXPECT_EQ(try_it(place, clock, 0).value(), 1);
  EXPECT_EQ(place.calls, 1);
  EXPECT_TRUE(clock.sleeps().empty());
}

TEST(Backoff, WhatMayPassIsTriedAgain) {
  for (const ErrorKind kind : {ErrorKind::throttled, ErrorKind::unavailable, ErrorKind::timed_out}) {
    Place place{.kind = kind, .failures = 2};
    VirtualClock clock;
    EXPECT_EQ(try_it(place, clock, 0).value(), 3) << name_of(kind);
  }
}

TEST(Backoff, WhatWaitingDoesNotMendIsNot) {
  for (int i = 0; i < error_kind_count; ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    if (is_worth_retrying(kind)) continue;
    Place place{.kind = kind};
    VirtualClock clock;
    EXPECT_EQ(try_it(place, clock, 0).error().kind, kind);
    EXPECT_EQ(place.calls, 1) << name_of(kind);
  }
}

TEST(Backoff, EndsAfterItsAttemptsWithTheLastError) {
  Place place;
  VirtualClock clock;
  EXPECT_EQ(try_it(place, clock, 0).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(place.calls, 4);
  EXPECT_EQ(clock.sleeps().size(), 3U);
}

TEST(Backoff, WaitsAtMostADoublingTime) {
  // The largest remainder of a draw: just below the ceiling plus one.
  for (const auto& [chance, sleep] : {std::pair{50ULL, 50ms}, std::pair{51ULL, 0ms}}) {
    Place place{.failures = 1};
    VirtualClock clock;
    ASSERT_TRUE(try_it(place, clock, chance));
    EXPECT_EQ(clock.sleeps(), std::vector{sleep});
  }
  Place place;
  VirtualClock clock;
  const std::uint64_t chance = 51ULL * 101 * 201 - 1;  // leaves the largest remainder of each range
  ASSERT_FALSE(try_it(place, clock, chance));
  EXPECT_EQ(clock.sleeps(), (std::vector{50ms, 100ms, 200ms}));
}

TEST(Backoff, NeverWaitsLongerThanItsLongest) {
  Place place;
  VirtualClock clock;
  ASSERT_FALSE(try_it(place, clock, 12'345'678'901ULL, {.attempts_max = 30, .first = 50ms, .longest = 300ms}));
  EXPECT_EQ(place.calls, 30);
  for (const auto sleep : clock.sleeps()) EXPECT_LE(sleep, 300ms);
}

TEST(Backoff, EndsWhenItIsTold) {
  Place place;
  VirtualClock clock;
  ASSERT_FALSE(try_it(place, clock, 0, {}, [&] { return place.calls == 2; }));
  EXPECT_EQ(place.calls, 2);
}

}  // namespace
}  // namespace docmill
