#include "mill/circuit_breaker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "queue/queue.h"
#include "sim/fibers.h"
#include "unit/base/virtual_clock.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
using Advice = CircuitBreaker::Advice;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Threads in virtual time.
class CircuitBreakerTest : public testing::Test {
 protected:
  void thread(std::function<void()> body) { fibers.start(process, std::move(body)); }
  void run() { EXPECT_TRUE(fibers.run_until(sim::Time(24h))) << "somebody waits for ever"; }

  Advice fault(CircuitBreaker::Ticket ticket, const std::string& document, std::uint32_t round = 1,
               FaultScope scope = FaultScope::place, std::uint64_t successes_before = 0) {
    return breaker.on_fault(
        {.ticket = ticket, .document = document, .scope = scope, .round = round, .successes_before = successes_before});
  }
  /// A document whose place fails until it is to be left alone, or breaker() says so.
  Advice fail_for_ever(CircuitBreaker::Ticket ticket, const std::string& document) {
    for (std::uint32_t round = 1;; ++round)
      if (const Advice advice = fault(ticket, document, round); advice != Advice::try_again) return advice;
  }
  /// An outage, with the ticket of its probe.
  CircuitBreaker::Ticket open() {
    const auto ticket = breaker.begin().value();
    for (std::uint32_t round = 1; !breaker.is_open(); ++round) (void)fault(ticket, "first", round);
    return ticket;
  }

  sim::Fibers fibers{1};
  std::shared_ptr<sim::Process> process = std::make_shared<sim::Process>();
  std::unique_ptr<Clock> clock = sim::make_clock(fibers);
  std::unique_ptr<Concurrency> concurrency = sim::make_concurrency(fibers, process);
  FixedRandom random;
  std::vector<bool> told;
  std::function<void(bool)> on_change = [](bool) {};
  CircuitBreaker breaker{*clock, *concurrency, random, [this](bool begins) {
                           told.push_back(begins);
                           on_change(begins);
                         }};
};

TEST_F(CircuitBreakerTest, FiveFaultsOfOneDocumentOpenIt) {
  thread([&] {
    const auto ticket = breaker.begin().value();
    for (std::uint32_t round = 1; round < 5; ++round) EXPECT_EQ(fault(ticket, "a", round), Advice::try_again);
    EXPECT_FALSE(breaker.is_open());
    EXPECT_EQ(fault(ticket, "a", 5), Advice::try_again) << "it is the probe";
    EXPECT_TRUE(breaker.is_open());
  });
  run();
  EXPECT_THAT(told, ElementsAre(true));
}

TEST_F(CircuitBreakerTest, FiveDocumentsInARowOpenItAndOneOfThemProbes) {
  std::vector<Advice> advice;
  for (const char* document : {"a", "b", "c", "d", "e"})
    thread([&, document] { advice.push_back(fault(breaker.begin().value(), document)); });
  run();
  EXPECT_TRUE(breaker.is_open());
  EXPECT_EQ(std::ranges::count(advice, Advice::go_back), 4);
  EXPECT_EQ(std::ranges::count(advice, Advice::try_again), 1) << "the probe";
}

TEST_F(CircuitBreakerTest, ASuccessBetweenMeansNoOutage) {
  thread([&] {
    for (int i = 0; i < 4; ++i) fault(breaker.begin().value(), std::to_string(i));
    breaker.on_success();
    for (int i = 4; i < 8; ++i) fault(breaker.begin().value(), std::to_string(i));
  });
  run();
  EXPECT_FALSE(breaker.is_open());
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(CircuitBreakerTest, WaitsGrowUpToAMinute) {
  thread([&] {
    const auto ticket = breaker.begin().value();
    const auto waited = [&](std::uint32_t round, FaultScope scope) {
      const auto begun = fibers.now();
      (void)fault(ticket, "a", round, scope);
      return fibers.now() - begun;
    };
    EXPECT_EQ(waited(1, FaultScope::place), 500ms);
    EXPECT_EQ(waited(3, FaultScope::place), 2s);
    EXPECT_EQ(waited(40, FaultScope::place), 30s);
    EXPECT_EQ(waited(41, FaultScope::unknown), 2s) << "another is to be asked soon";
  });
  run();
}

TEST_F(CircuitBreakerTest, ADocumentThatFailsWhileOthersSucceedIsAlone) {
  thread([&] {
    const auto ticket = breaker.begin().value();
    breaker.on_success();
    EXPECT_EQ(fault(ticket, "a", 4), Advice::try_again);
    EXPECT_EQ(fault(ticket, "a", 5), Advice::alone);
  });
  run();
  EXPECT_FALSE(breaker.is_open());
}

TEST_F(CircuitBreakerTest, AProbeThatHadItsTriesGoesBackWhenAnotherMessageIsThere) {
  Advice first{};
  sim::Time asked_again_at{};
  thread([&] { first = fail_for_ever(open(), "first"); });
  thread([&] {
    fibers.sleep_for(1min);
    ASSERT_TRUE(breaker.is_open());
    EXPECT_EQ(breaker.begin(), std::nullopt) << "nothing new is begun";
    EXPECT_EQ(breaker.wait_to_receive(), 1U);
    fibers.sleep_for(1h);
    EXPECT_EQ(first, Advice::try_again) << "nobody takes its place: it goes on";
    breaker.on_received(1);
    EXPECT_TRUE(breaker.begin());
    EXPECT_EQ(breaker.begin(), std::nullopt) << "one at a time";
    fibers.sleep_for(1ms);
    EXPECT_EQ(first, Advice::go_back);
  });
  run();
  EXPECT_TRUE(breaker.is_open());
}

TEST_F(CircuitBreakerTest, OneHealthyMessageClosesIt) {
  thread([&] {
    thread([&, ticket = open()] { EXPECT_EQ(fail_for_ever(ticket, "first"), Advice::go_back); });
    fibers.sleep_for(1ms);
    EXPECT_EQ(breaker.wait_to_receive(), 1U);
    breaker.on_received(1);
    const auto ticket = breaker.begin().value();
    fibers.sleep_for(1ms);
    breaker.on_success();
    breaker.on_end(ticket);
    EXPECT_FALSE(breaker.is_open());
    EXPECT_EQ(breaker.wait_to_receive(), message_batch_max);
    EXPECT_TRUE(breaker.begin());
    EXPECT_TRUE(breaker.begin());
  });
  run();
  EXPECT_THAT(told, ElementsAre(true, false));
}

// A test event, say: it asks nothing of a place.
TEST_F(CircuitBreakerTest, AProbeThatEndsWithoutAWordLeavesItsPlaceToTheNext) {
  thread([&] {
    breaker.on_end(open());
    EXPECT_EQ(breaker.wait_to_receive(), 1U);
    breaker.on_received(1);
    breaker.on_end(breaker.begin().value());
    EXPECT_EQ(breaker.wait_to_receive(), 1U);
  });
  run();
}

// Seen in a worker: a success came between the look at the breaker and what followed from it, and the worker stayed
// paused with a closed breaker.
TEST_F(CircuitBreakerTest, ASuccessWhileAnOutageIsToldEndsIt) {
  on_change = [&](bool begins) {
    if (begins) fibers.sleep_for(1s);
  };
  thread([&] { (void)fail_for_ever(breaker.begin().value(), "first"); });
  thread([&] {
    while (!breaker.is_open()) fibers.sleep_for(1ms);
    breaker.on_success();
    EXPECT_THAT(told, ElementsAre(true)) << "still being told";
    EXPECT_EQ(breaker.wait_to_receive(), message_batch_max) << "nobody waits for that";
  });
  run();
  EXPECT_THAT(told, ElementsAre(true, false));
}

TEST_F(CircuitBreakerTest, StopEndsAllWaits) {
  thread([&] { EXPECT_EQ(fail_for_ever(open(), "first"), Advice::go_back); });
  thread([&] {
    while (!breaker.is_open()) fibers.sleep_for(1ms);
    breaker.on_received(1);
    const auto probe = breaker.begin().value();
    thread([&] { EXPECT_EQ(breaker.wait_to_receive(), 0U); });
    EXPECT_EQ(fail_for_ever(probe, "second"), Advice::stopped);
  });
  thread([&] {
    while (!breaker.is_open()) fibers.sleep_for(1ms);
    fibers.sleep_for(1s);
    breaker.stop();
  });
  run();
}

TEST(AwayAfter, DoublesWithEachReceive) {
  EXPECT_EQ(away_after(0), 2min);
  EXPECT_EQ(away_after(1), 2min);
  EXPECT_EQ(away_after(3), 8min);
  EXPECT_EQ(away_after(9), 1h);
  EXPECT_EQ(away_after(4'000'000'000U), 1h);
}

}  // namespace
}  // namespace docmill
