#include "mill/circuit_breaker.h"

#include <gtest/gtest.h>

#include "unit/mill/mill_fixture.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

class CircuitBreakerTest : public testing::Test {
 protected:
  CircuitBreaker::Advice fault(const std::string& document, std::uint32_t round = 1) {
    return breaker.on_fault(document, round, 0);
  }
  FixedRandom random;
  CircuitBreaker breaker{random};
};

TEST_F(CircuitBreakerTest, FaultsOfOneDocumentDoNotOpenIt) {
  for (std::uint32_t round = 1; round < 50; ++round) EXPECT_TRUE(fault("a", round).try_again);
  EXPECT_FALSE(breaker.is_open());
}

TEST_F(CircuitBreakerTest, FiveDocumentsInARowOpenItAndOneOfThemProbes) {
  for (const char* document : {"a", "b", "c", "d"}) EXPECT_TRUE(fault(document).try_again);
  EXPECT_FALSE(breaker.is_open());
  EXPECT_TRUE(fault("e").try_again) << "the probe";
  EXPECT_TRUE(breaker.is_open());
  EXPECT_FALSE(fault("a", 2).try_again);
  EXPECT_GE(fault("b", 2).wait, 60s);
  EXPECT_TRUE(fault("e", 2).try_again);
  breaker.on_success();
  EXPECT_FALSE(breaker.is_open());
}

TEST_F(CircuitBreakerTest, ASuccessBetweenMeansNoOutage) {
  for (int i = 0; i < 4; ++i) fault(std::to_string(i));
  breaker.on_success();
  for (int i = 4; i < 8; ++i) fault(std::to_string(i));
  EXPECT_FALSE(breaker.is_open());
}

TEST_F(CircuitBreakerTest, WaitsGrowUpToAMinute) {
  EXPECT_EQ(fault("a", 1).wait, 500ms);
  EXPECT_EQ(fault("a", 3).wait, 2s);
  EXPECT_EQ(fault("a", 40).wait, 30s);
}

TEST_F(CircuitBreakerTest, ADocumentThatFailsWhileOthersSucceedGoesBack) {
  breaker.on_success();
  EXPECT_TRUE(fault("a", 4).try_again);
  EXPECT_FALSE(fault("a", 5).try_again);
}

TEST_F(CircuitBreakerTest, AProbeThatIsGivenUpLetsAnotherOneTry) {
  for (const char* document : {"a", "b", "c", "d", "e"}) fault(document);
  breaker.on_given_up("a");
  EXPECT_TRUE(breaker.is_open());
  breaker.on_given_up("e");
  EXPECT_FALSE(breaker.is_open());
}

}  // namespace
}  // namespace docmill
