// The worker's own code, against models of its places, in virtual time: thousands of worlds, each from its seed.
//
// DOCMILL_SIM_SEED=N runs that one world; DOCMILL_SIM_SEEDS=N so many.
#include <gtest/gtest.h>

#include <string>

#include "sim/seeds.h"
#include "sim/world.h"

namespace docmill::sim {
namespace {

class Simulation : public testing::Test {
 protected:
  void SetUp() override { log_as_seeds_say(); }
};

TEST_F(Simulation, NothingIsLostOrDoubledInAnyWorld) {
  const Seeds seeds = seeds_to_run(10'000);
  WorldReport sum;
  for (std::uint64_t seed = seeds.first; seed < seeds.end; ++seed) {
    const WorldReport report = run_world(seed);
    ASSERT_FALSE(report.violation) << "DOCMILL_SIM_SEED=" << seed << ": " << *report.violation;
    sum.extractions += report.extractions;
    sum.outputs += report.outputs;
    sum.deaths += report.deaths;
    sum.receives += report.receives;
  }
  RecordProperty("extractions", std::to_string(sum.extractions));
  std::printf("%llu worlds: %llu receives, %llu extractions, %llu outputs, %llu deaths\n",
              static_cast<unsigned long long>(seeds.end - seeds.first), static_cast<unsigned long long>(sum.receives),
              static_cast<unsigned long long>(sum.extractions), static_cast<unsigned long long>(sum.outputs),
              static_cast<unsigned long long>(sum.deaths));
}

TEST_F(Simulation, EqualSeedsGiveEqualWorlds) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const WorldReport one = run_world(seed);
    const WorldReport other = run_world(seed);
    EXPECT_EQ(one.receives, other.receives);
    EXPECT_EQ(one.extractions, other.extractions);
    EXPECT_EQ(one.deaths, other.deaths);
  }
}

struct Planted {
  const char* name;
  PlantedBug bug;
  const char* violation;  // that it comes to
};

class PlantedBugs : public Simulation, public testing::WithParamInterface<Planted> {};

TEST_P(PlantedBugs, AreFoundWithinAThousandSeeds) {
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    const auto violation = run_world(seed, GetParam().bug).violation;
    if (violation && violation->find(GetParam().violation) != std::string::npos) return;
  }
  FAIL() << "no world noticed";
}

INSTANTIATE_TEST_SUITE_P(
    Simulation, PlantedBugs,
    testing::Values(
        Planted{"AcknowledgesBeforePut", PlantedBug::acknowledges_before_put, "was acknowledged and is not there"},
        Planted{"PutsWithoutConditionTwice", PlantedBug::puts_without_condition, "was written twice for version"},
        Planted{"PutsWithoutConditionBack", PlantedBug::puts_without_condition, "went back from version"},
        Planted{"SendsNoHeartbeat", PlantedBug::sends_no_heartbeat, "was received"},
        Planted{"SendsDeadLettersTwice", PlantedBug::sends_dead_letters_twice, "dead letters of one failure"},
        Planted{"KeepsHistoryByClock", PlantedBug::keeps_history_by_clock, "the history lost"},
        Planted{"ExtractsForEveryWrite", PlantedBug::extracts_for_every_write, "was extracted again"},
        Planted{"BreakerNeverCloses", PlantedBug::breaker_never_closes, "an outage goes on though all is well"},
        Planted{"MarksForFaultsOfPlaces", PlantedBug::blames_documents, "has a mark and does not fail for good"}),
    [](const auto& planted) { return planted.param.name; });

}  // namespace
}  // namespace docmill::sim
