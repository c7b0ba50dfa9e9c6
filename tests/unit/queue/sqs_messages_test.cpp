#include "queue/sqs_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace docmill::sqs {
namespace {

using namespace std::chrono_literals;

// The answer of the SQS API reference, ReceiveMessage, with attributes.
TEST(SqsMessages, AreReadFromAnAnswer) {
  const auto messages = messages_from(parsed(R"({"Messages": [{
      "Attributes": {"SenderId": "AIDASSYFHUBOBT7F4XT75", "ApproximateFirstReceiveTimestamp": "1677112433437",
                     "ApproximateReceiveCount": "3", "SentTimestamp": "1677112427387"},
      "Body": "This is a test message", "MD5OfBody": "fafb00f5732ab283681e124bf8747ed1",
      "MessageAttributes": {"reason": {"DataType": "String", "StringValue": "corrupt"},
                            "blob": {"DataType": "Binary", "BinaryValue": "AAAA"}},
      "MessageId": "219f8380-5770-4cc2-8c3e-5c715e145f5e", "ReceiptHandle": "AQEBaZ+j5qUoOAoxlmrCQPkBm9njMWXqemmIG6shMHCO6fV20J"}]})"));
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].id, "219f8380-5770-4cc2-8c3e-5c715e145f5e");
  EXPECT_EQ(messages[0].receipt_handle, "AQEBaZ+j5qUoOAoxlmrCQPkBm9njMWXqemmIG6shMHCO6fV20J");
  EXPECT_EQ(messages[0].body, "This is a test message");
  EXPECT_EQ(messages[0].receive_count, 3U);
  EXPECT_EQ(iso8601(messages[0].sent_at), "2023-02-23T00:33:47.387000Z");
  EXPECT_EQ(messages[0].attributes, (MessageAttributes{{"reason", "corrupt"}}));
}

TEST(SqsMessages, AnswersMayBeAnything) {
  const std::string deep(100'000, '[');
  for (const std::string_view body : std::initializer_list<std::string_view>{
           "", "[]", "{}", "nonsense", R"({"Messages": 5})", R"({"Messages": [5, null, {}]})",
           R"({"Messages": [{"ReceiptHandle": 5}]})", deep})
    EXPECT_TRUE(messages_from(parsed(body)).empty()) << body.substr(0, 100);
  const auto odd = messages_from(parsed(R"({"Messages": [{"ReceiptHandle": "h", "Attributes": [],
      "MessageAttributes": [{}], "Body": null}]})"));
  ASSERT_EQ(odd.size(), 1U);
  EXPECT_EQ(odd[0].receive_count, 1U);
}

TEST(SqsBatch, EveryEntryIsAccountedFor) {
  const auto failed = failed_entries(parsed(R"({"Successful": [{"Id": "0"}], "Failed": [
      {"Id": "2", "Code": "InternalError", "Message": "m", "SenderFault": false},
      {"Id": "9", "Code": "x"}, {"Id": "0", "Code": "x"}, 5]})"),
                                     4);
  ASSERT_EQ(failed.size(), 3U);
  EXPECT_EQ(failed[0].index, 2U);
  EXPECT_EQ(failed[0].code, "InternalError");
  EXPECT_FALSE(failed[0].sender_fault);
  EXPECT_EQ(failed[1].index, 1U) << "of which SQS said nothing";
  EXPECT_EQ(failed[2].index, 3U);
}

TEST(SqsReceipt, IsLostByAnyOfItsCodes) {
  EXPECT_TRUE(is_lost_receipt("ReceiptHandleIsInvalid", ""));
  EXPECT_TRUE(is_lost_receipt("AWS.SimpleQueueService.MessageNotInflight", ""));
  EXPECT_TRUE(is_lost_receipt("InvalidParameterValue",
                              "Value AQEB for parameter ReceiptHandle is invalid. Reason: Message does not exist or is "
                              "not available for visibility timeout change."));
  EXPECT_FALSE(is_lost_receipt("InvalidParameterValue", "Value 43201 for parameter VisibilityTimeout is invalid."));
  EXPECT_FALSE(is_lost_receipt("InternalError", "ReceiptHandle"));
}

TEST(SqsStatus, ReadsTheRedrivePolicy) {
  for (const auto* count : {"5", "\\\"5\\\""}) {
    const auto attributes =
        parsed(std::string(R"({"ApproximateNumberOfMessages": "7", "ApproximateNumberOfMessagesNotVisible": "2",
            "ApproximateNumberOfMessagesDelayed": "1", "VisibilityTimeout": "30", "RedrivePolicy":
            "{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-west-1:123456789012:dead\",\"maxReceiveCount\":)") +
               count + "}\"}");
    const auto status = status_from(attributes);
    EXPECT_EQ(status.visible, 7U);
    EXPECT_EQ(status.in_flight, 2U);
    EXPECT_EQ(status.delayed, 1U);
    EXPECT_EQ(status.visibility_timeout, 30s);
    EXPECT_EQ(status.receives_max, 5U);
    const auto arn = dead_letter_arn(attributes);
    ASSERT_TRUE(arn);
    EXPECT_EQ(neighbour_url("https://sqs.eu-west-1.amazonaws.com/123456789012/pdfs", *arn),
              "https://sqs.eu-west-1.amazonaws.com/123456789012/dead");
    EXPECT_EQ(neighbour_url("https://sqs.eu-west-1.amazonaws.com/210987654321/pdfs", *arn), std::nullopt);
    EXPECT_EQ(neighbour_url("nonsense", *arn), std::nullopt);
  }
}

TEST(SqsStatus, APolicyThatIsNoneNamesNoQueue) {
  for (const auto* policy :
       {"", "{}", "nonsense", R"({\"deadLetterTargetArn\":\"arn:aws:sns:r:1:q\"})",
        R"({\"deadLetterTargetArn\":\"arn:aws:sqs:r:1:q:more\"})", R"({\"deadLetterTargetArn\":5})"})
    EXPECT_FALSE(dead_letter_arn(parsed(std::string("{\"RedrivePolicy\": \"") + policy + "\"}"))) << policy;
}

}  // namespace
}  // namespace docmill::sqs
