// Threads are fibers in virtual time, so that who waits is known and no test sleeps.
#include "base/byte_budget.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "sim/fibers.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

class ByteBudgetTest : public testing::Test {
 protected:
  bool try_hold(std::uint64_t bytes) { return Room(budget_).try_ask(bytes); }
  void start(std::function<void()> body) { fibers_.start(process_, std::move(body)); }
  void run() { ASSERT_TRUE(fibers_.run_until(sim::Time(1h))) << "somebody waits for ever"; }

  sim::Fibers fibers_{1};
  std::shared_ptr<sim::Process> process_ = std::make_shared<sim::Process>();
  std::unique_ptr<Concurrency> concurrency_ = sim::make_concurrency(fibers_, process_);
  ByteBudget budget_{100, *concurrency_};
};

TEST_F(ByteBudgetTest, GivesWhatThereIsAndNoMore) {
  std::optional<Room> first(std::in_place, budget_);
  ASSERT_TRUE(first->try_ask(60));
  EXPECT_FALSE(try_hold(41));
  EXPECT_TRUE(try_hold(40));
  first.reset();
  EXPECT_TRUE(try_hold(100));
}

TEST_F(ByteBudgetTest, WhatIsLargerIsHeldAlone) {
  Room large(budget_), small(budget_);
  ASSERT_TRUE(large.try_ask(1'000));
  EXPECT_FALSE(try_hold(1));
  large.give_back();
  ASSERT_TRUE(small.try_ask(1));
  EXPECT_FALSE(try_hold(1'000));
}

TEST_F(ByteBudgetTest, WhoHoldsEnoughKeepsItAndWhoDoesNotGivesItBackFirst) {
  Room room(budget_);
  room.ask(60);
  room.ask(50);
  EXPECT_FALSE(try_hold(41));
  room.ask(90);  // beside its own 60 there would be no room
  EXPECT_FALSE(try_hold(11));
  EXPECT_TRUE(try_hold(10));
}

TEST_F(ByteBudgetTest, RoomForNothingIsHeldToo) {
  Room nothing(budget_);
  nothing.ask(0);
  EXPECT_TRUE(try_hold(100));
  EXPECT_TRUE(nothing.try_ask(0));
}

TEST_F(ByteBudgetTest, NobodyOvertakesWhoWaits) {
  std::string order;
  start([&] {
    Room held(budget_);
    held.ask(60);
    fibers_.sleep_for(10s);
    EXPECT_FALSE(try_hold(10)) << "it would fit, and somebody waits";
    EXPECT_EQ(order, "");
  });
  start([&] {
    fibers_.sleep_for(1s);
    Room large(budget_);
    large.ask(90);
    order += "large ";
    fibers_.sleep_for(1s);
  });
  start([&] {
    fibers_.sleep_for(2s);
    Room small(budget_);
    small.ask(20);
    order += "small";
  });
  run();
  EXPECT_EQ(order, "large small");
}

TEST_F(ByteBudgetTest, ThreadsNeverHoldMoreTogetherAndNobodyWaitsForEver) {
  std::uint64_t held = 0;
  for (std::uint64_t i = 0; i < 8; ++i)
    start([&, size = 10 + 17 * i] {
      for (int n = 0; n < 50; ++n) {
        Room room(budget_);
        room.ask(size);
        held += size;
        EXPECT_TRUE(held <= 100 || held == size) << held;
        fibers_.sleep_for(std::chrono::milliseconds(fibers_.between(0, 20)));
        held -= size;
      }
    });
  run();
}

}  // namespace
}  // namespace docmill
