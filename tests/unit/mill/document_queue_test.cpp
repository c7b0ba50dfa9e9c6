#include "mill/document_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <set>
#include <thread>
#include <vector>

namespace docmill {
namespace {

QueuedDocument document(std::uint64_t sequence, std::uint64_t size_bytes) {
  QueuedDocument queued{.sequence = sequence, .info = {}};
  queued.info.key = std::to_string(sequence);
  queued.info.size_bytes = size_bytes;
  return queued;
}

TEST(DocumentQueue, GivesTheLargestFirstAndEqualsInListingOrder) {
  DocumentQueue queue(100, 1'000'000);
  std::uint64_t sequence = 0;
  for (const std::uint64_t size : {5, 900, 5, 70, 900}) ASSERT_TRUE(queue.push(document(sequence++, size)));
  queue.finish_listing();
  std::vector<std::uint64_t> order;
  while (const auto next = queue.pop()) order.push_back(next->sequence);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{1, 4, 3, 0, 2}));
}

TEST(DocumentQueue, EndsWhenTheListingEnded) {
  DocumentQueue queue(100, 100);
  std::thread lister([&] { queue.finish_listing(); });
  EXPECT_FALSE(queue.pop());
  lister.join();
}

TEST(DocumentQueue, GivesTheLargestThatFitsIntoWhatIsOut) {
  DocumentQueue queue(100, 100);
  for (const std::uint64_t size : {60, 50, 40, 30}) ASSERT_TRUE(queue.push(document(size, size)));
  queue.finish_listing();
  EXPECT_EQ(queue.pop()->sequence, 60U);
  EXPECT_EQ(queue.pop()->sequence, 40U) << "50 does not fit beside 60";
  queue.done(60);
  EXPECT_EQ(queue.pop()->sequence, 50U);
}

TEST(DocumentQueue, DocumentOverTheBudgetGoesOutAlone) {
  DocumentQueue queue(100, 100);
  for (const std::uint64_t size : {500, 0, 1}) ASSERT_TRUE(queue.push(document(size, size)));
  queue.finish_listing();
  EXPECT_EQ(queue.pop()->sequence, 500U);
  std::atomic<bool> given = false;
  std::thread other([&] {
    EXPECT_EQ(queue.pop()->sequence, 1U);
    given = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(given);
  queue.done(500);
  other.join();
  EXPECT_EQ(queue.pop()->sequence, 0U);
}

TEST(DocumentQueue, ListingWaitsWhileItIsFull) {
  DocumentQueue queue(2, 100);
  ASSERT_TRUE(queue.push(document(0, 1)));
  ASSERT_TRUE(queue.push(document(1, 1)));
  std::atomic<bool> pushed = false;
  std::thread lister([&] {
    EXPECT_TRUE(queue.push(document(2, 1)));
    pushed = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(pushed);
  EXPECT_TRUE(queue.pop());
  lister.join();
}

TEST(DocumentQueue, StopEndsEveryWait) {
  DocumentQueue full(1, 100);
  ASSERT_TRUE(full.push(document(0, 1)));
  std::thread lister([&] { EXPECT_FALSE(full.push(document(1, 1))); });
  DocumentQueue empty(1, 100);
  std::thread worker([&] { EXPECT_FALSE(empty.pop()); });
  full.stop();
  empty.stop();
  lister.join();
  worker.join();
  EXPECT_FALSE(full.pop()) << "what is queued is not begun";
}

TEST(DocumentQueue, ManyThreadsGetEveryDocumentOnceWithinTheBudget) {
  constexpr std::uint64_t budget = 1'000;
  DocumentQueue queue(16, budget);
  std::atomic<std::uint64_t> out_bytes = 0;
  std::mutex mutex;
  std::multiset<std::uint64_t> seen;
  std::vector<std::thread> workers;
  for (int i = 0; i < 8; ++i)
    workers.emplace_back([&] {
      while (const auto next = queue.pop()) {
        const std::uint64_t size = next->info.size_bytes;
        const std::uint64_t bytes = out_bytes += size;
        EXPECT_LE(bytes, budget);
        {
          const std::lock_guard lock(mutex);
          seen.insert(next->sequence);
        }
        out_bytes -= size;
        queue.done(size);
      }
    });
  std::mt19937 random(3);
  for (std::uint64_t i = 0; i < 2'000; ++i) ASSERT_TRUE(queue.push(document(i, random() % 700)));
  queue.finish_listing();
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(seen.size(), 2'000U);
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 2'000U);
}

}  // namespace
}  // namespace docmill
