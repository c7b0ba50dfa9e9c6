// Threads are fibers in virtual time, so that who waits is known and no test sleeps.
#include "mill/document_queue.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "sim/fibers.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

QueuedDocument document(std::uint64_t sequence, std::uint64_t size_bytes) {
  QueuedDocument queued{.sequence = sequence, .info = {}};
  queued.info.key = std::to_string(sequence);
  queued.info.size_bytes = size_bytes;
  return queued;
}

class DocumentQueueTest : public testing::Test {
 protected:
  void start(std::function<void()> body) { fibers_.start(process_, std::move(body)); }
  void run() { ASSERT_TRUE(fibers_.run_until(sim::Time(1h))) << "somebody waits for ever"; }

  sim::Fibers fibers_{1};
  std::shared_ptr<sim::Process> process_ = std::make_shared<sim::Process>();
  std::unique_ptr<Concurrency> concurrency_ = sim::make_concurrency(fibers_, process_);
};

TEST_F(DocumentQueueTest, GivesTheLargestFirstAndEqualsInListingOrder) {
  DocumentQueue queue(100, *concurrency_);
  std::uint64_t sequence = 0;
  for (const std::uint64_t size : {5, 900, 5, 70, 900}) ASSERT_TRUE(queue.push(document(sequence++, size)));
  queue.finish_listing();
  std::vector<std::uint64_t> order;
  while (const auto next = queue.pop()) order.push_back(next->sequence);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{1, 4, 3, 0, 2}));
}

TEST_F(DocumentQueueTest, EndsWhenTheListingEnded) {
  DocumentQueue queue(100, *concurrency_);
  for (int i = 0; i < 3; ++i) start([&] { EXPECT_FALSE(queue.pop()); });
  start([&] {
    fibers_.sleep_for(1s);
    queue.finish_listing();
  });
  run();
}

TEST_F(DocumentQueueTest, ListingWaitsWhileItIsFull) {
  DocumentQueue queue(2, *concurrency_);
  int pushed = 0;
  start([&] {
    for (std::uint64_t i = 0; i < 3; ++i) {
      EXPECT_TRUE(queue.push(document(i, 1)));
      ++pushed;
    }
  });
  start([&] {
    fibers_.sleep_for(1s);
    EXPECT_EQ(pushed, 2);
    EXPECT_TRUE(queue.pop());
    fibers_.sleep_for(1s);
    EXPECT_EQ(pushed, 3);
  });
  run();
}

TEST_F(DocumentQueueTest, StopEndsEveryWait) {
  DocumentQueue full(1, *concurrency_), empty(1, *concurrency_);
  ASSERT_TRUE(full.push(document(0, 1)));
  start([&] { EXPECT_FALSE(full.push(document(1, 1))); });
  for (int i = 0; i < 3; ++i) start([&] { EXPECT_FALSE(empty.pop()); });
  start([&] {
    fibers_.sleep_for(1s);
    full.stop();
    empty.stop();
  });
  run();
  EXPECT_FALSE(full.pop()) << "what is queued is not begun";
}

TEST_F(DocumentQueueTest, ManyThreadsGetEveryDocumentOnce) {
  DocumentQueue queue(16, *concurrency_);
  std::multiset<std::uint64_t> seen;
  for (int i = 0; i < 8; ++i)
    start([&] {
      while (const auto next = queue.pop()) {
        seen.insert(next->sequence);
        fibers_.sleep_for(std::chrono::milliseconds(fibers_.between(0, 3)));
      }
    });
  start([&] {
    for (std::uint64_t i = 0; i < 500; ++i) {
      EXPECT_TRUE(queue.push(document(i, static_cast<std::uint64_t>(fibers_.between(0, 700)))));
      if (fibers_.chance(0.3)) fibers_.sleep_for(std::chrono::milliseconds(fibers_.between(0, 2)));
    }
    queue.finish_listing();
  });
  run();
  EXPECT_EQ(seen.size(), 500U);
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 500U);
}

}  // namespace
}  // namespace docmill
