#include "base/byte_budget.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace docmill {
namespace {

TEST(ByteBudget, GivesWhatThereIsAndNoMore) {
  ByteBudget budget(100);
  auto first = budget.try_take(60);
  ASSERT_TRUE(first);
  EXPECT_FALSE(budget.try_take(41));
  EXPECT_TRUE(budget.try_take(40));
  first.reset();
  EXPECT_TRUE(budget.try_take(100));
}

TEST(ByteBudget, WhatIsLargerIsHeldAlone) {
  ByteBudget budget(100);
  auto large = budget.try_take(1'000);
  ASSERT_TRUE(large);
  EXPECT_FALSE(budget.try_take(1));
  large.reset();
  const auto small = budget.try_take(1);
  EXPECT_FALSE(budget.try_take(1'000));
}

TEST(ByteBudget, AShareThatIsMovedIsGivenBackOnce) {
  ByteBudget budget(100);
  {
    auto first = budget.take(50);
    auto second = std::move(first);
    auto third = budget.take(50);
    third = std::move(second);
    EXPECT_FALSE(budget.try_take(51));
  }
  EXPECT_TRUE(budget.try_take(100));
}

TEST(ByteBudget, NobodyOvertakesWhoWaits) {
  ByteBudget budget(100);
  std::optional held = budget.take(60);
  std::atomic<bool> served = false;
  std::jthread large([&] {
    const auto share = budget.take(90);
    served = true;
  });
  // Small ones that would fit have to wait from the moment that the large one does.
  while (budget.try_take(10)) std::this_thread::yield();
  EXPECT_FALSE(served);
  held.reset();
  large.join();
  EXPECT_TRUE(served);
}

TEST(ByteBudget, ThreadsNeverHoldMoreTogether) {
  ByteBudget budget(100);
  std::atomic<int> held = 0;
  std::atomic<bool> too_much = false;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&, size = 10 + 7 * i] {
        for (int n = 0; n < 200; ++n) {
          const auto share = budget.take(static_cast<std::uint64_t>(size));
          if (held.fetch_add(size) + size > 100) too_much = true;
          held -= size;
        }
      });
  }
  EXPECT_FALSE(too_much);
}

}  // namespace
}  // namespace docmill
