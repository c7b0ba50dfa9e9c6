// The sweep's own code, against models of its places, in virtual time: thousands of worlds, each from its seed.
//
// DOCMILL_SIM_SEED=N runs that one world; DOCMILL_SIM_SEEDS=N so many.
#include <gtest/gtest.h>

#include <string>

#include "sim/seeds.h"
#include "sim/sweep_world.h"
#include "telemetry/log.h"

namespace docmill::sim {
namespace {

class SweepSimulation : public testing::Test {
 protected:
  void SetUp() override { log_as_seeds_say(); }
};

TEST_F(SweepSimulation, NothingIsLostOrDoubledInAnyWorld) {
  const Seeds seeds = seeds_to_run(1'000);
  SweepReport sum;
  for (std::uint64_t seed = seeds.first; seed < seeds.end; ++seed) {
    const SweepReport report = run_sweep_world(seed);
    ASSERT_FALSE(report.violation) << "DOCMILL_SIM_SEED=" << seed << ": " << *report.violation;
    sum.runs += report.runs;
    sum.deaths += report.deaths;
    sum.extractions += report.extractions;
    sum.outputs += report.outputs;
    sum.manifests += report.manifests;
  }
  std::printf("%llu runs, %llu deaths, %llu extractions, %llu outputs, %llu manifests\n",
              static_cast<unsigned long long>(sum.runs), static_cast<unsigned long long>(sum.deaths),
              static_cast<unsigned long long>(sum.extractions), static_cast<unsigned long long>(sum.outputs),
              static_cast<unsigned long long>(sum.manifests));
}

TEST_F(SweepSimulation, EqualSeedsGiveEqualWorlds) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const SweepReport one = run_sweep_world(seed);
    const SweepReport other = run_sweep_world(seed);
    EXPECT_EQ(one.runs, other.runs);
    EXPECT_EQ(one.extractions, other.extractions);
    EXPECT_EQ(one.deaths, other.deaths);
  }
}

struct Planted {
  const char* name;
  SweepBug bug;
  const char* violation;  // that it comes to
};

class PlantedSweepBugs : public SweepSimulation, public testing::WithParamInterface<Planted> {};

TEST_P(PlantedSweepBugs, AreFoundWithinThreeHundredSeeds) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto violation = run_sweep_world(seed, GetParam().bug).violation;
    if (violation && violation->find(GetParam().violation) != std::string::npos) return;
  }
  FAIL() << "no world noticed";
}

INSTANTIATE_TEST_SUITE_P(
    Simulation, PlantedSweepBugs,
    testing::Values(Planted{"LosesWakeups", SweepBug::loses_wakeups, "did not come to rest"},
                    Planted{"RecordsBeforePut", SweepBug::records_before_put, "is in a manifest as done"},
                    Planted{"PutsWithoutCondition", SweepBug::puts_without_condition, "was written twice"},
                    Planted{"HoldsTooManyBytes", SweepBug::holds_too_many_bytes, "bytes were in memory"},
                    Planted{"ForgetsADocument", SweepBug::forgets_a_document, "are accounted for"}),
    [](const auto& planted) { return planted.param.name; });

}  // namespace
}  // namespace docmill::sim
