#include "aws/credentials.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "unit/aws/fixed_credentials.h"
#include "unit/base/virtual_clock.h"

namespace docmill::aws {
namespace {

using namespace std::chrono_literals;

/// Credentials that are good for an hour, with the number of their fetch as key.
struct Hourly {
  VirtualClock clock;
  int fetches = 0;
  std::optional<Error> trouble;
  CredentialCache cache{std::make_unique<ScriptedCredentials>([this](int) -> Result<Credentials> {
                          ++fetches;
                          if (trouble) return std::unexpected(*trouble);
                          auto credentials = canary_credentials();
                          credentials.access_key_id = std::to_string(fetches);
                          credentials.expires_at = clock.wall_now() + 1h;
                          return credentials;
                        }),
                        clock};

  std::string key() {
    const auto credentials = cache.get();
    return credentials ? (*credentials)->access_key_id : credentials.error().text();
  }
};

TEST(CredentialCache, FetchesOnceWhileTheyAreGood) {
  Hourly hourly;
  EXPECT_EQ(hourly.key(), "1");
  hourly.clock.sleep_for(54min);
  EXPECT_EQ(hourly.key(), "1");
  EXPECT_EQ(hourly.fetches, 1);
}

TEST(CredentialCache, RenewsFiveMinutesBeforeTheyExpire) {
  Hourly hourly;
  EXPECT_EQ(hourly.key(), "1");
  hourly.clock.sleep_for(55min);
  EXPECT_EQ(hourly.key(), "2");
}

TEST(CredentialCache, GoesOnWithTheOldOnesWhileTheyLast) {
  Hourly hourly;
  EXPECT_EQ(hourly.key(), "1");
  hourly.trouble = Error{ErrorKind::unavailable, "credentials", "the endpoint is down"};
  hourly.clock.sleep_for(56min);
  EXPECT_EQ(hourly.key(), "1");
  EXPECT_EQ(hourly.key(), "1");
  EXPECT_EQ(hourly.fetches, 2) << "it is asked again, but not with every call";
  hourly.clock.sleep_for(1min);
  EXPECT_EQ(hourly.key(), "1");
  EXPECT_EQ(hourly.fetches, 3);
  hourly.clock.sleep_for(3min);
  EXPECT_EQ(hourly.key(), "credentials: the endpoint is down (unavailable)");
  hourly.trouble.reset();
  EXPECT_EQ(hourly.key(), "5");
}

TEST(CredentialCache, KeysWithoutAnEndAreKept) {
  VirtualClock clock;
  int fetches = 0;
  CredentialCache cache(std::make_unique<ScriptedCredentials>([&](int) {
                          ++fetches;
                          return canary_credentials();
                        }),
                        clock);
  ASSERT_TRUE(cache.get());
  clock.sleep_for(24h * 365);
  ASSERT_TRUE(cache.get());
  EXPECT_EQ(fetches, 1);
}

TEST(CredentialCache, RefusedOnesAreRenewedOnceByAll) {
  Hourly hourly;
  const auto refused = *hourly.cache.get();
  EXPECT_EQ((*hourly.cache.renew(refused))->access_key_id, "2");
  EXPECT_EQ((*hourly.cache.renew(refused))->access_key_id, "2") << "somebody has renewed them already";
  EXPECT_EQ(hourly.fetches, 2);
}

TEST(CredentialCache, ManyCallersMakeOneFetch) {
  constexpr int callers = 16;
  VirtualClock clock;
  std::atomic<int> fetches = 0;
  std::latch all_started(callers);
  CredentialCache cache(std::make_unique<ScriptedCredentials>([&](int) {
                          ++fetches;
                          all_started.wait();
                          std::this_thread::sleep_for(20ms);
                          return canary_credentials();
                        }),
                        clock);
  std::vector<std::jthread> threads;
  for (int i = 0; i < callers; ++i) {
    threads.emplace_back([&] {
      all_started.count_down();
      EXPECT_TRUE(cache.get());
    });
  }
  threads.clear();
  EXPECT_EQ(fetches, 1);
}

}  // namespace
}  // namespace docmill::aws
