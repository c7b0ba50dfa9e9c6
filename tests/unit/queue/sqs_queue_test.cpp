// What moto does not do: batches that fail in part, lost receipts, queues of another account.
#include "queue/sqs_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "queue/open_queue.h"
#include "unit/aws/fixed_credentials.h"
#include "unit/base/virtual_clock.h"
#include "unit/net/raw_server.h"

namespace docmill {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using namespace std::chrono_literals;

/// An SQS that answers the n-th request (from 1) as the test says, and remembers what it was asked.
class ScriptedSqs {
 public:
  using Script = std::function<json(const json& request, int n)>;

  explicit ScriptedSqs(Script script)
      : server_([this, script = std::move(script)](const auto& connection, const auto& request) {
          const auto asked = json::parse(request.body);
          const auto answer = script(asked, ++n_);
          connection.reply(answer.contains("__type") ? 400 : 200, answer.dump());
          return true;
        }),
        http_(net::HttpClient::create({}).value()),
        caller_(*http_, clock, random),
        client_(caller_, {.region = "us-east-1"}, aws::fixed_credentials(), clock),
        queue(open_sqs_queue(server_.endpoint().url() + "/123456789012/pdfs", client_, clock, random).value()) {}

  json request(std::size_t index) const { return json::parse(server_.requests().at(index).body); }
  std::string target(std::size_t index) const { return server_.requests().at(index).header("x-amz-target"); }
  std::size_t request_count() const { return server_.requests().size(); }

  VirtualClock clock;
  FixedRandom random;

 private:
  std::atomic<int> n_ = 0;
  RawServer server_;
  std::unique_ptr<net::HttpClient> http_;
  net::Caller caller_;
  aws::Client client_;

 public:
  std::unique_ptr<Queue> queue;
};

json failed(const char* id, const char* code, bool sender_fault, const char* message = "m") {
  return {{"Id", id}, {"Code", code}, {"SenderFault", sender_fault}, {"Message", message}};
}

std::vector<OutgoingMessage> three() { return {{.body = "a"}, {.body = "b"}, {.body = "c"}}; }

TEST(SqsQueue, OnlyTheEntriesThatFailedAreSentAgain) {
  ScriptedSqs sqs([](const json&, int n) -> json {
    if (n == 1)
      return {{"Successful", {{{"Id", "0"}}, {{"Id", "2"}}}}, {"Failed", {failed("1", "InternalError", false)}}};
    return {{"Successful", {{{"Id", "0"}}}}};
  });
  const auto sent = sqs.queue->send(three());
  ASSERT_TRUE(sent) << sent.error().text();
  ASSERT_EQ(sqs.request_count(), 2U);
  EXPECT_EQ(sqs.target(0), "AmazonSQS.SendMessageBatch");
  EXPECT_EQ(sqs.request(0)["QueueUrl"], sqs.queue->uri());
  ASSERT_EQ(sqs.request(1)["Entries"].size(), 1U);
  EXPECT_EQ(sqs.request(1)["Entries"][0]["MessageBody"], "b");
}

TEST(SqsQueue, AnEntryThatNeverWorksIsAnErrorAfterEightRounds) {
  ScriptedSqs sqs([](const json& request, int) -> json {
    json all = json::array();
    for (const auto& entry : request["Entries"])
      all.push_back(failed(entry["Id"].get<std::string>().c_str(), "ServiceUnavailable", false));
    return {{"Failed", all}};
  });
  const auto sent = sqs.queue->send(three());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(sqs.request_count(), 8U);
}

// The key that encrypts the queue is used too often: nobody's fault, whatever SQS calls it.
TEST(SqsQueue, AnEntryThatIsThrottledIsSentAgain) {
  ScriptedSqs sqs([](const json&, int n) -> json {
    if (n == 1)
      return {{"Successful", {{{"Id", "0"}}, {{"Id", "2"}}}}, {"Failed", {failed("1", "KmsThrottled", true)}}};
    return {{"Successful", {{{"Id", "0"}}}}};
  });
  const auto sent = sqs.queue->send(three());
  ASSERT_TRUE(sent) << sent.error().text();
  EXPECT_EQ(sqs.request_count(), 2U);
}

TEST(SqsQueue, AnEntryThatSqsRefusesIsNotSentAgain) {
  ScriptedSqs sqs([](const json&, int) -> json {
    return {{"Successful", {{{"Id", "0"}}, {{"Id", "1"}}}}, {"Failed", {failed("2", "InvalidMessageContents", true)}}};
  });
  const auto sent = sqs.queue->send(three());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::invalid_input);
  EXPECT_NE(sent.error().message.find("InvalidMessageContents"), std::string::npos);
  EXPECT_EQ(sqs.request_count(), 1U);
}

TEST(SqsQueue, ALostReceiptIsAnAnswer) {
  ScriptedSqs sqs([](const json&, int) -> json {
    return {
        {"Successful", {{{"Id", "0"}}}},
        {"Failed",
         {failed("1", "ReceiptHandleIsInvalid", true),
          failed("2", "InvalidParameterValue", true,
                 "Value x for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available "
                 "for visibility timeout change.")}}};
  });
  const std::vector<std::string> handles{"a", "b", "c"};
  const auto receipts = sqs.queue->change_visibility(handles, 60s);
  ASSERT_TRUE(receipts) << receipts.error().text();
  EXPECT_THAT(*receipts, ElementsAre(Receipt::held, Receipt::lost, Receipt::lost));
  EXPECT_EQ(sqs.request(0)["Entries"][2]["ReceiptHandle"], "c");
  EXPECT_EQ(sqs.request(0)["Entries"][2]["VisibilityTimeout"], 60);
}

TEST(SqsQueue, ACallThatFailedIsNoLostReceipt) {
  ScriptedSqs sqs([](const json&, int) -> json { return {{"__type", "com.amazonaws.sqs#AccessDeniedException"}}; });
  const auto removed = sqs.queue->remove("a");
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().kind, ErrorKind::denied);
  EXPECT_NE(removed.error().message.find("sqs:DeleteMessage"), std::string::npos) << removed.error().message;
  EXPECT_EQ(sqs.request_count(), 1U);
}

TEST(SqsQueue, ATryOfSendingIsRefusedForItsDelayOrBeforeThat) {
  json answer = {{"Failed", {failed("0", "InvalidParameterValue", true, "DelaySeconds must be >= 0 and <= 900.")}}};
  ScriptedSqs sqs([&](const json&, int) { return answer; });
  EXPECT_TRUE(sqs.queue->try_send());
  EXPECT_GT(sqs.request(0)["Entries"][0]["DelaySeconds"], 900);
  answer = {{"__type", "com.amazonaws.sqs#AccessDeniedException"}};
  const auto denied = sqs.queue->try_send();
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, ErrorKind::denied);
  EXPECT_NE(denied.error().message.find("sqs:SendMessage"), std::string::npos) << denied.error().message;
}

TEST(SqsQueue, AStoppedReceiveBringsWhatIsOnItsWayAndAsksForNoMore) {
  std::stop_source stop;
  ScriptedSqs sqs([&](const json&, int n) -> json {
    if (n == 1) stop.request_stop();
    return {{"Messages", {{{"MessageId", "1"}, {"ReceiptHandle", "r"}, {"Body", "a"}}}}};
  });
  const auto received = sqs.queue->receive({.wait = 20s}, stop.get_token());
  ASSERT_TRUE(received) << received.error().text();
  ASSERT_EQ(received->size(), 1U) << "it would be hidden from all for its visibility timeout";
  const auto none = sqs.queue->receive({.wait = 20s}, stop.get_token());
  EXPECT_TRUE(none && none->empty());
  EXPECT_EQ(sqs.request_count(), 1U);
}

TEST(SqsQueue, AStoppedReceiveThatFailsIsNotRepeated) {
  std::stop_source stop;
  ScriptedSqs sqs([&](const json&, int n) -> json {
    if (n == 2) stop.request_stop();
    return {{"__type", "com.amazonaws.sqs#RequestThrottled"}};
  });
  const auto received = sqs.queue->receive({.wait = 20s}, stop.get_token());
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error().kind, ErrorKind::throttled);
  EXPECT_EQ(sqs.request_count(), 2U);
}

TEST(SqsQueue, AQueueThatIsNotThereIsToldByName) {
  ScriptedSqs sqs([](const json&, int) -> json { return {{"__type", "com.amazonaws.sqs#QueueDoesNotExist"}}; });
  const auto received = sqs.queue->receive({});
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error().kind, ErrorKind::not_found);
  EXPECT_EQ(received.error().subject, sqs.queue->uri());
}

TEST(SqsQueue, DeadLettersOfAnotherAccountAreLookedUp) {
  ScriptedSqs sqs([](const json& request, int) -> json {
    if (request.contains("QueueName")) return {{"QueueUrl", "https://sqs.us-east-1.amazonaws.com/2/dead"}};
    return {{"Attributes",
             {{"RedrivePolicy", R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:2:dead","maxReceiveCount":3})"}}}};
  });
  const auto status = sqs.queue->status();
  ASSERT_TRUE(status) << status.error().text();
  EXPECT_EQ(status->dead_letter_uri, "https://sqs.us-east-1.amazonaws.com/2/dead");
  EXPECT_EQ(status->receives_max, 3U);
  EXPECT_EQ(sqs.request(1)["QueueName"], "dead");
  EXPECT_EQ(sqs.request(1)["QueueOwnerAWSAccountId"], "2");
}

TEST(OpenQueue, KnowsAQueuesUrlWhereThereIsAws) {
  VirtualClock clock;
  FixedRandom random;
  const auto without = open_queue("https://sqs.us-east-1.amazonaws.com/1/q", clock, random);
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().kind, ErrorKind::invalid_input);

  const auto http = net::HttpClient::create({}).value();
  net::Caller caller(*http, clock, random);
  aws::Client client(caller, {.region = "us-east-1"}, aws::fixed_credentials(), clock);
  const OpenQueueOptions options{.aws = [&]() -> Result<aws::Client*> { return &client; }};
  const auto queue = open_queue("https://sqs.us-east-1.amazonaws.com/1/q", clock, random, options);
  ASSERT_TRUE(queue) << queue.error().text();
  EXPECT_EQ((*queue)->uri(), "https://sqs.us-east-1.amazonaws.com/1/q");
  for (const auto* uri : {"https://sqs.us-east-1.amazonaws.com/", "https://sqs.us-east-1.amazonaws.com/1/q.fifo",
                          "https:///1/q", "ftp://sqs/1/q"}) {
    const auto refused = open_queue(uri, clock, random, options);
    ASSERT_FALSE(refused) << uri;
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid_input);
  }
}

}  // namespace
}  // namespace docmill
