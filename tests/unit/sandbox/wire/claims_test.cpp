#include "sandbox/wire/claims.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace docmill::wire {
namespace {

TEST(Claims, EverythingMayBeBegunUntilSomeOfItIsTakenAway) {
  Claims claims;
  EXPECT_TRUE(claims.claim({.entry = 0, .page = 0}));
  EXPECT_TRUE(claims.claim({.entry = 0, .page = 1}));
  ASSERT_TRUE(claims.take_away({.entry = 0, .page = 3}));
  EXPECT_TRUE(claims.claim({.entry = 0, .page = 2}));
  EXPECT_FALSE(claims.claim({.entry = 0, .page = 3}));
  EXPECT_FALSE(claims.claim({.entry = 1, .page = 0})) << "what follows went with it";
}

TEST(Claims, WhatIsBegunStays) {
  Claims claims;
  ASSERT_TRUE(claims.claim({.entry = 1, .page = 5}));
  EXPECT_FALSE(claims.take_away({.entry = 1, .page = 5}));
  EXPECT_FALSE(claims.take_away({.entry = 0, .page = 7}));
  EXPECT_TRUE(claims.take_away({.entry = 1, .page = 6}));
}

TEST(Claims, NothingIsClaimedAtFirst) {
  Claims claims;
  EXPECT_EQ(claims.unclaimed().entry, 0U);
  EXPECT_EQ(claims.unclaimed().page, 0U);
  EXPECT_TRUE(claims.take_away({.entry = 0, .page = 0}));
  EXPECT_FALSE(claims.claim({.entry = 0, .page = 0}));
}

TEST(Claims, UnclaimedIsTheNextPage) {
  Claims claims;
  ASSERT_TRUE(claims.claim({.entry = 3, .page = 1'000'000}));
  EXPECT_EQ(claims.unclaimed().entry, 3U);
  EXPECT_EQ(claims.unclaimed().page, 1'000'001U);
}

TEST(Claims, EveryPageHasOneTakerHoweverTheyRace) {
  for (int round = 0; round < 200; ++round) {
    constexpr std::uint32_t pages = 300;
    Claims claims;
    std::uint32_t taken_away_from = pages;
    std::thread parent([&] {
      while (taken_away_from > 1) {
        const std::uint32_t from = taken_away_from - 1;
        if (!claims.take_away({.entry = 0, .page = from})) return;
        taken_away_from = from;
      }
    });
    std::uint32_t begun = 0;
    while (begun < pages && claims.claim({.entry = 0, .page = begun})) ++begun;
    parent.join();
    EXPECT_EQ(begun, taken_away_from);
  }
}

}  // namespace
}  // namespace docmill::wire
