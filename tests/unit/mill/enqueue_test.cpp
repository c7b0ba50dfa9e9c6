#include "mill/enqueue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "mill/redrive.h"
#include "queue/message_body.h"
#include "queue/sqlite_queue.h"
#include "unit/mill/brittle_queue.h"
#include "unit/mill/memory_store.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Enqueue : public testing::Test {
 protected:
  std::unique_ptr<Queue> open(const std::string& query = "") {
    return open_sqlite_queue("sqlite://" + (folder_ / "q.db").string() + query, *clock_, *random_, true).value();
  }
  Result<EnqueueSummary> run(EnqueueSettings settings = {}, bool dry_run = false) {
    settings.place = {.bucket = "b", .prefix = "in/"};
    return enqueue(store_, dry_run ? nullptr : &queue_, settings, *clock_, stop_.get_token());
  }
  std::vector<DocumentRequest> requests() {
    std::vector<DocumentRequest> requests;
    for (auto some = queue_.receive({}, {}).value(); !some.empty(); some = queue_.receive({}, {}).value())
      for (const Message& message : some) {
        const auto body = parse_message_body(message.body).value();
        requests.insert(requests.end(), body.requests.begin(), body.requests.end());
      }
    return requests;
  }
  std::vector<std::string> keys() {
    std::vector<std::string> keys;
    for (const DocumentRequest& request : requests()) keys.push_back(request.key);
    return keys;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Clock> clock_ = make_system_clock();
  std::unique_ptr<Random> random_ = make_system_random();
  MemoryStore store_{"in"};
  BrittleQueue queue_{open()};
  std::stop_source stop_;
};

TEST_F(Enqueue, SendsAMessageForEveryDocument) {
  store_.set("a.pdf", "anything");
  store_.set("b/c d+%.PDF", "anything");
  store_.set("scan", "\x89PNG\r\n\x1a\n");
  store_.set("notes.txt", "no document");
  const auto summary = run();
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_TRUE(summary->finished);
  EXPECT_EQ(summary->documents_enqueued, 3U);
  EXPECT_EQ(summary->files_ignored, 1U);
  EXPECT_THAT(requests(), ElementsAre(DocumentRequest{.bucket = "b", .key = "in/a.pdf"},
                                      DocumentRequest{.bucket = "b", .key = "in/b/c d+%.PDF"},
                                      DocumentRequest{.bucket = "b", .key = "in/scan"}));
}

TEST_F(Enqueue, SendsTenMessagesACall) {
  for (int i = 0; i < 25; ++i) store_.set(std::to_string(i) + ".pdf", "x");
  ASSERT_TRUE(run());
  EXPECT_THAT(queue_.batches, ElementsAre(10U, 10U, 5U));
  EXPECT_EQ(keys().size(), 25U);
}

TEST_F(Enqueue, LeavesOutWhatIsOlderOrDoesNotMatch) {
  store_.set("a/new.pdf", "x");
  store_.set("b/new.pdf", "x");
  const auto matching = run({.match = "a*.pdf"});
  EXPECT_EQ(matching->objects_left_out, 1U);
  EXPECT_THAT(keys(), ElementsAre("in/a/new.pdf"));
  const auto modified_at = store_.head("a/new.pdf")->value().modified_at;
  EXPECT_EQ(run({.since = modified_at + std::chrono::hours(1)})->objects_left_out, 2U);
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_EQ(run({.since = modified_at})->documents_enqueued, 2U);
}

TEST_F(Enqueue, RecipeAndForceGoWithEveryMessage) {
  store_.set("a.pdf", "x");
  ASSERT_TRUE(run({.recipe = R"({"ocr":"always"})", .force = true}));
  const auto sent = requests();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].recipe, R"({"ocr":"always"})");
  EXPECT_TRUE(sent[0].force);
}

TEST_F(Enqueue, ADryRunTellsAndSendsNothing) {
  store_.set("a.pdf", "x");
  std::vector<std::string> told;
  const auto summary = run({.on_document = [&](const ObjectInfo& info) { told.push_back(info.key); }}, true);
  EXPECT_EQ(summary->documents_enqueued, 1U);
  EXPECT_THAT(told, ElementsAre("a.pdf"));
  EXPECT_THAT(keys(), IsEmpty());
}

// Whoever speaks to the queue has asked it often enough.
TEST_F(Enqueue, AQueueThatFailsIsNotAskedAgain) {
  store_.set("a.pdf", "x");
  queue_.failures = 1;
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_FALSE(summary->finished);
  EXPECT_EQ(queue_.failures, 0);
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_F(Enqueue, AQueueThatStaysBrokenEndsTheRun) {
  for (int i = 0; i < 25; ++i) store_.set(std::to_string(i) + ".pdf", "x");
  queue_.failures = 1;
  queue_.kind = ErrorKind::denied;
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_FALSE(summary->finished);
  EXPECT_EQ(summary->documents_enqueued, 0U);
  ASSERT_EQ(summary->place_errors.size(), 1U);
  EXPECT_EQ(summary->place_errors[0].kind, ErrorKind::denied);
}

TEST_F(Enqueue, AListingThatFailsIsTheStoresError) {
  store_.before = [](StoreCall call, std::string_view) -> Result<void> {
    if (call == StoreCall::list) return fail(ErrorKind::not_found, "in", "no such bucket");
    return {};
  };
  EXPECT_EQ(run().error().kind, ErrorKind::not_found);
}

TEST_F(Enqueue, AStopIsNoEnd) {
  store_.set("a.pdf", "x");
  stop_.request_stop();
  EXPECT_FALSE(run()->finished);
}

TEST_F(Enqueue, RedriveSendsDeadLettersBackOnce) {
  const auto dead = open("?queue=dead-letters");
  for (int i = 0; i < 23; ++i)
    ASSERT_TRUE(dead->send(std::vector{OutgoingMessage{.body = std::to_string(i), .attributes = {{"reason", "r"}}}}));
  EXPECT_EQ(redrive(*dead, queue_, {}), 23U);
  EXPECT_EQ(dead->status()->visible + dead->status()->in_flight, 0U);
  EXPECT_EQ(queue_.status()->visible, 23U);
  EXPECT_EQ(queue_.receive({}, {})->front().attributes, (MessageAttributes{{"reason", "r"}}));
  EXPECT_EQ(redrive(*dead, queue_, {}), 0U);
}

TEST_F(Enqueue, RedriveLosesNoDeadLetterWhenTheQueueFails) {
  const auto dead = open("?queue=dead-letters");
  ASSERT_TRUE(dead->send(std::vector{OutgoingMessage{.body = "a"}}));
  queue_.failures = 1;
  queue_.kind = ErrorKind::denied;
  EXPECT_EQ(redrive(*dead, queue_, {}).error().kind, ErrorKind::denied);
  EXPECT_EQ(dead->status()->visible + dead->status()->in_flight, 1U);
}

TEST_F(Enqueue, RedriveSendsLargeDeadLettersOneByOne) {
  const auto dead = open("?queue=dead-letters");
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(dead->send(std::vector{OutgoingMessage{.body = std::string(message_size_bytes_max, 'x')}}));
  EXPECT_EQ(redrive(*dead, queue_, {}), 3U);
  EXPECT_THAT(queue_.batches, ElementsAre(1U, 1U, 1U));
}

}  // namespace
}  // namespace docmill
