// Every queue passes this suite: SQLite's in process, and SQS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "queue/message_check.h"
#include "queue/sqlite_queue.h"
#include "unit/queue/queue_backend.h"
#include "unit/queue/sqs_backend.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

class SqliteBackend final : public QueueBackend {
 public:
  Queue& queue() override { return *queue_; }
  Queue& dead_letters() override { return *dead_letters_; }
  std::unique_ptr<Queue> another() override { return open(""); }
  void pass_time(std::chrono::seconds duration) override { clock_.move(duration); }

 private:
  std::unique_ptr<Queue> open(const std::string& query) {
    const std::string uri = "sqlite://" + (folder_ / "queue.db").string() + query;
    return open_sqlite_queue(uri, clock_, *random_, true).value();
  }

  TemporaryFolder folder_;
  MovableClock clock_;
  std::unique_ptr<Random> random_ = make_system_random();
  std::unique_ptr<Queue> queue_ = open("?receives-max=" + std::to_string(receives_max));
  std::unique_ptr<Queue> dead_letters_ = open("?queue=dead-letters");
};

/// Every kind of queue has its line here.
std::vector<BackendKind> backend_kinds() {
  return {
      {.name = "Sqlite", .make = [] { return std::make_unique<SqliteBackend>(); }},
      {.name = "Sqs",
       .make = [] { return std::make_unique<SqsBackend>(); },
       .tells_old_receipts = false,
       .delivers_once = false,
       .takes_receives_back = false},
  };
}

class QueueContract : public testing::TestWithParam<BackendKind> {
 protected:
  QueueBackend& backend() { return *backend_; }
  Queue& queue() { return backend_->queue(); }
  void pass_time(std::chrono::seconds duration) { backend_->pass_time(duration); }

  void send(const std::vector<std::string>& bodies, std::chrono::seconds delay = 0s) {
    std::vector<OutgoingMessage> messages;
    for (const std::string& body : bodies) messages.push_back({.body = body, .delay = delay});
    const auto sent = queue().send(messages);
    ASSERT_TRUE(sent) << sent.error().text();
  }
  static std::vector<Message> receive(Queue& from, std::chrono::seconds visibility_timeout = 60s,
                                      std::size_t messages_max = message_batch_max) {
    auto received = from.receive({.messages_max = messages_max, .visibility_timeout = visibility_timeout});
    EXPECT_TRUE(received) << received.error().text();
    return received.value_or(std::vector<Message>{});
  }
  std::vector<Message> receive(std::chrono::seconds visibility_timeout = 60s) {
    return receive(queue(), visibility_timeout);
  }
  /// Everything that is visible.
  static std::vector<std::string> bodies(Queue& from) {
    std::vector<std::string> bodies;
    for (auto some = receive(from); !some.empty(); some = receive(from))
      for (const Message& message : some) bodies.push_back(message.body);
    std::ranges::sort(bodies);
    return bodies;
  }
  Receipt change_visibility(const Message& message, std::chrono::seconds timeout) {
    const auto receipts = queue().change_visibility(std::span(&message.receipt_handle, 1), timeout);
    EXPECT_TRUE(receipts) << receipts.error().text();
    return receipts ? receipts->front() : Receipt::lost;
  }
  Receipt remove(const Message& message) {
    const auto receipt = queue().remove(message.receipt_handle);
    EXPECT_TRUE(receipt) << receipt.error().text();
    return receipt.value_or(Receipt::lost);
  }
  ErrorKind error_of_sending(std::string body) {
    const auto sent = queue().send(std::vector{OutgoingMessage{.body = std::move(body)}});
    EXPECT_FALSE(sent);
    return sent ? ErrorKind::unavailable : sent.error().kind;
  }

 private:
  std::unique_ptr<QueueBackend> backend_ = GetParam().make();
};

TEST_P(QueueContract, WhatIsSentIsReceived) {
  const auto before = std::chrono::system_clock::now();
  send({"{\"key\":\"a b+ü😀\"}\t\r\n"});
  const auto messages = receive();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].body, "{\"key\":\"a b+ü😀\"}\t\r\n");
  EXPECT_EQ(messages[0].receive_count, 1U);
  EXPECT_FALSE(messages[0].id.empty());
  EXPECT_LT(std::chrono::abs(messages[0].sent_at - before), 60s);
}

TEST_P(QueueContract, NoMessageIsNoError) { EXPECT_TRUE(receive().empty()); }

TEST_P(QueueContract, AReceivedMessageIsHiddenFromOthers) {
  send({"a"});
  EXPECT_EQ(receive().size(), 1U);
  EXPECT_TRUE(receive().empty());
  EXPECT_TRUE(receive(*backend().another()).empty());
}

TEST_P(QueueContract, AMessageReturnsAfterItsVisibilityTimeout) {
  send({"a"});
  const auto first = receive(2s);
  ASSERT_EQ(first.size(), 1U);
  pass_time(3s);
  const auto again = receive();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].id, first[0].id);
  EXPECT_EQ(again[0].receive_count, 2U);
  EXPECT_NE(again[0].receipt_handle, first[0].receipt_handle);
}

TEST_P(QueueContract, ARemovedMessageDoesNotReturn) {
  send({"a", "b"});
  for (const Message& message : receive(2s)) EXPECT_EQ(remove(message), Receipt::held);
  pass_time(3s);
  EXPECT_TRUE(receive().empty());
}

TEST_P(QueueContract, ChangingTheVisibilityHoldsAMessageLonger) {
  send({"a"});
  const auto messages = receive(2s);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(change_visibility(messages[0], 30s), Receipt::held);
  pass_time(3s);
  EXPECT_TRUE(receive().empty());
}

TEST_P(QueueContract, AVisibilityOfZeroGivesAMessageBack) {
  send({"a"});
  const auto messages = receive();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(change_visibility(messages[0], 0s), Receipt::held);
  const auto again = receive();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].receive_count, 2U);
}

TEST_P(QueueContract, WhatIsGivenBackUnbegunIsReceivedAgainAfterItsDelay) {
  send({"a", "b"});
  const auto messages = receive(queue(), 60s, 2);
  ASSERT_EQ(messages.size(), 2U);
  const auto soon = queue().give_back_unbegun(std::span(&messages[0].receipt_handle, 1), 0s);
  const auto later = queue().give_back_unbegun(std::span(&messages[1].receipt_handle, 1), 2s);
  ASSERT_TRUE(soon && later);
  EXPECT_THAT(*soon, ElementsAre(Receipt::held));
  const std::uint32_t receives = GetParam().takes_receives_back ? 1 : 2;
  const auto again = receive();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].body, messages[0].body);
  EXPECT_EQ(again[0].receive_count, receives);
  pass_time(3s);
  const auto last = receive();
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].receive_count, receives);
}

TEST_P(QueueContract, VisibilityOfABatchIsChangedOneByOne) {
  send({"a", "b", "c"});
  const auto messages = receive();
  ASSERT_EQ(messages.size(), 3U);
  ASSERT_EQ(remove(messages[1]), Receipt::held);
  std::vector<std::string> handles;
  for (const Message& message : messages) handles.push_back(message.receipt_handle);
  const auto receipts = queue().change_visibility(handles, 60s);
  ASSERT_TRUE(receipts) << receipts.error().text();
  EXPECT_THAT(*receipts, ElementsAre(Receipt::held, Receipt::lost, Receipt::held));
}

TEST_P(QueueContract, AReceiptIsLostWhenSomebodyElseHasTheMessage) {
  if (!GetParam().tells_old_receipts) GTEST_SKIP() << "this emulation takes old receipts";
  send({"a"});
  const auto first = receive(2s);
  ASSERT_EQ(first.size(), 1U);
  pass_time(3s);
  const auto second = receive(*backend().another());
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(change_visibility(first[0], 0s), Receipt::lost);
  EXPECT_TRUE(receive().empty());
  EXPECT_EQ(remove(first[0]), Receipt::lost);
  EXPECT_EQ(remove(second[0]), Receipt::held);
}

TEST_P(QueueContract, TenMessagesGoInOneCallInBothDirections) {
  std::vector<std::string> ten;
  for (char c = 'a'; c < 'a' + 10; ++c) ten.emplace_back(1, c);
  send(ten);
  EXPECT_EQ(bodies(queue()), ten);
}

TEST_P(QueueContract, NoMoreMessagesThanAskedFor) {
  send({"a", "b", "c"});
  EXPECT_EQ(receive(queue(), 60s, 1).size(), 1U);
  EXPECT_EQ(bodies(queue()).size(), 2U);
}

TEST_P(QueueContract, BatchesOfNoneAndOfElevenAreRefused) {
  for (const std::size_t count : {0U, 11U}) {
    const auto sent = queue().send(std::vector(count, OutgoingMessage{.body = "a"}));
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind, ErrorKind::invalid_input);
    const auto received = queue().receive({.messages_max = count});
    ASSERT_FALSE(received);
    EXPECT_EQ(received.error().kind, ErrorKind::invalid_input);
  }
  EXPECT_TRUE(receive().empty());
}

TEST_P(QueueContract, AttributesTravelWithTheMessage) {
  const MessageAttributes attributes{{"docmill.reason", "corrupt: \"no xref\""}, {"kind", "späť"}};
  ASSERT_TRUE(queue().send(std::vector{OutgoingMessage{.body = "a", .attributes = attributes}}));
  const auto messages = receive();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].attributes, attributes);
}

TEST_P(QueueContract, ADelayedMessageComesLater) {
  send({"late"}, 5s);
  send({"now"});
  EXPECT_THAT(bodies(queue()), ElementsAre("now"));
  pass_time(6s);
  EXPECT_THAT(bodies(queue()), ElementsAre("late"));
}

TEST_P(QueueContract, AMessageReceivedTooOftenGoesToTheDeadLetters) {
  ASSERT_TRUE(queue().send(std::vector{OutgoingMessage{.body = "poison", .attributes = {{"from", "a test"}}}}));
  for (std::uint32_t n = 1; n <= QueueBackend::receives_max; ++n) {
    const auto messages = receive(1s);
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].receive_count, n);
    pass_time(2s);
  }
  send({"healthy"});
  EXPECT_THAT(bodies(queue()), ElementsAre("healthy"));
  const auto dead = receive(backend().dead_letters());
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].body, "poison");
  EXPECT_EQ(dead[0].attributes, (MessageAttributes{{"from", "a test"}}));
}

TEST_P(QueueContract, TheLargestMessageTravels) {
  const std::string body(message_size_bytes_max, 'x');
  send({body});
  const auto messages = receive();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_TRUE(messages[0].body == body);
}

TEST_P(QueueContract, AMessageOrBatchThatIsTooLargeIsRefused) {
  EXPECT_EQ(error_of_sending(std::string(message_size_bytes_max + 1, 'x')), ErrorKind::invalid_input);
  const auto sent =
      queue().send(std::vector(2, OutgoingMessage{.body = std::string(message_size_bytes_max / 2 + 1, 'x')}));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::invalid_input);
  EXPECT_TRUE(receive().empty());
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
TEST_P(QueueContract, CharactersThatSqsDoesNotTakeAreRefused) {
  const std::vector<std::string> refused{"",
                                         std::string("a\0b", 3),
                                         "\x01",
                                         "\x1f",
                                         "\xef\xbf\xbe",
                                         "\xef\xbf\xbf",
                                         "\xff",
                                         "\xc3",
                                         "\xed\xa0\x80",
                                         "\xc0\xaf",
                                         "\xf4\x90\x80\x80"};
  for (const std::string& body : refused)
    EXPECT_EQ(error_of_sending(body), ErrorKind::invalid_input) << testing::PrintToString(body);
  send({"\t\n\r ~\x7f", "\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbd\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"});
  EXPECT_EQ(bodies(queue()).size(), 2U);
}

TEST_P(QueueContract, StatusCountsWhatIsVisibleInFlightAndDelayed) {
  send({"a", "b", "c"});
  send({"late"}, 60s);
  ASSERT_EQ(receive(queue(), 60s, 2).size(), 2U);
  const auto status = queue().status();
  ASSERT_TRUE(status) << status.error().text();
  EXPECT_EQ(status->visible, 1U);
  EXPECT_EQ(status->in_flight, 2U);
  EXPECT_EQ(status->delayed, 1U);
  EXPECT_EQ(status->receives_max, QueueBackend::receives_max);
  EXPECT_EQ(status->dead_letter_uri, backend().dead_letters().uri());
}

TEST_P(QueueContract, DeadLettersHaveNoDeadLetters) {
  const auto status = backend().dead_letters().status();
  ASSERT_TRUE(status) << status.error().text();
  EXPECT_EQ(status->dead_letter_uri, std::nullopt);
  EXPECT_EQ(status->receives_max, std::nullopt);
}

TEST_P(QueueContract, PurgeRemovesWhatIsVisibleAndWhatIsNot) {
  send({"a", "b"});
  ASSERT_EQ(receive(queue(), 1s, 1).size(), 1U);
  ASSERT_TRUE(queue().purge());
  pass_time(2s);
  EXPECT_TRUE(receive().empty());
}

TEST_P(QueueContract, PeekTakesNothing) {
  send({"a", "b", "c"});
  const auto peek = queue().peek(2);
  ASSERT_TRUE(peek) << peek.error().text();
  EXPECT_EQ(peek->messages.size(), 2U);
  const auto messages = receive();
  EXPECT_EQ(messages.size(), 3U);
  const auto counted = std::ranges::count_if(messages, [](const Message& m) { return m.receive_count > 1; });
  EXPECT_EQ(counted, peek->counted ? 2 : 0);
}

TEST_P(QueueContract, AReceiverThatWaitsIsWokenByASender) {
  auto received = std::vector<Message>{};
  std::jthread receiver([&, other = backend().another()] {
    received = other->receive({.visibility_timeout = 60s, .wait = 20s}).value();
  });
  std::this_thread::sleep_for(200ms);
  send({"a"});
  receiver.join();
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].body, "a");
}

TEST_P(QueueContract, AStopEndsTheWaitAndLosesNoMessage) {
  std::jthread receiver([&](const std::stop_token& stop) {
    const auto received = queue().receive({.visibility_timeout = 60s, .wait = 20s}, stop);
    ASSERT_TRUE(received) << received.error().text();
    EXPECT_TRUE(received->empty());
  });
  std::this_thread::sleep_for(200ms);
  receiver.request_stop();
  receiver.join();
  send({"a"});
  EXPECT_THAT(bodies(queue()), ElementsAre("a"));
}

TEST_P(QueueContract, SeveralReceiversShareTheMessages) {
  std::set<std::string> sent;
  for (int i = 0; i < 10; ++i) {
    std::vector<std::string> ten;
    for (int j = 0; j < 10; ++j) ten.push_back(std::to_string(i) + "-" + std::to_string(j));
    sent.insert(ten.begin(), ten.end());
    send(ten);
  }
  std::mutex mutex;
  std::map<std::string, int> receives;
  {
    std::vector<std::jthread> receivers;
    for (int i = 0; i < 4; ++i)
      receivers.emplace_back([&, own = backend().another()] {
        for (auto some = receive(*own, 60s, 3); !some.empty(); some = receive(*own, 60s, 3))
          for (const Message& message : some) {
            const std::lock_guard lock(mutex);
            ++receives[message.body];
          }
      });
  }
  EXPECT_EQ(receives.size(), sent.size());
  if (!GetParam().delivers_once) return;
  for (const auto& [body, count] : receives) EXPECT_EQ(count, 1) << body;
}

TEST_P(QueueContract, OneQueueServesManyThreads) {
  std::mutex mutex;
  std::vector<std::string> removed;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&, i] {
        for (int j = 0; j < 5; ++j) {
          ASSERT_TRUE(queue().send(std::vector{OutgoingMessage{.body = std::to_string(i * 5 + j)}}));
          for (const Message& message : receive()) {
            EXPECT_EQ(remove(message), Receipt::held);
            const std::lock_guard lock(mutex);
            removed.push_back(message.body);
          }
        }
      });
  }
  for (const Message& message : receive()) removed.push_back(message.body);
  std::ranges::sort(removed);
  EXPECT_EQ(removed.size(), 20U);
  EXPECT_EQ(std::ranges::adjacent_find(removed), removed.end());
}

TEST_P(QueueContract, AHandleThatIsNoneIsLostOrRefused) {
  const auto removed = queue().remove("no handle");
  EXPECT_TRUE(removed ? *removed == Receipt::lost : removed.error().kind == ErrorKind::invalid_input);
}

INSTANTIATE_TEST_SUITE_P(Queues, QueueContract, testing::ValuesIn(backend_kinds()),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace docmill
