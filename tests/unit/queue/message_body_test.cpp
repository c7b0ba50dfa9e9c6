// Messages as AWS documents them (tests/unit/queue/messages/), whole and broken.
#include "queue/message_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "queue/message_check.h"

namespace docmill {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

const std::filesystem::path messages = std::filesystem::path(DOCMILL_SOURCE_DIR) / "tests/unit/queue/messages";

std::string text_of(const std::string& name) {
  std::ifstream file(messages / (name + ".json"));
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

MessageBody parsed(const std::string& name) {
  auto body = parse_message_body(text_of(name));
  EXPECT_TRUE(body) << body.error().text();
  for (DocumentRequest& request : body->requests) request.event.reset();  // has tests of its own
  return body.value_or(MessageBody{});
}

DocumentRequest request(std::string bucket, std::string key) {
  return {.bucket = std::move(bucket), .key = std::move(key)};
}

std::string poison_of(const std::string& body) {
  const auto result = parse_message_body(body);
  if (result) return "no poison";
  EXPECT_EQ(result.error().kind, ErrorKind::invalid_input);
  EXPECT_TRUE(is_message_text(result.error().message)) << "the reason becomes an attribute of the dead letter";
  return result.error().message;
}

TEST(MessageBody, AnS3Notification) {
  EXPECT_THAT(parsed("s3_put").requests, ElementsAre(request("amzn-s3-demo-bucket", "HappyFace.jpg")));
}

TEST(MessageBody, AnEventTellsItsVersionAndItsPlaceAmongOthers) {
  const auto notified = parse_message_body(text_of("s3_put")).value().requests.front();
  EXPECT_EQ(notified.event,
            (SourceEvent{.etag = "d41d8cd98f00b204e9800998ecf8427e", .sequencer = "0055AED6DCD90281E5"}));
  const auto bridged = parse_message_body(text_of("event_bridge_created")).value().requests.front();
  EXPECT_EQ(bridged.event, (SourceEvent{.etag = "b1946ac92492d2347c6235b4d2611184", .sequencer = "617f08299329d189"}));
  EXPECT_EQ(parse_message_body(R"({"bucket": "b", "key": "k"})").value().requests.front().event, std::nullopt);
}

TEST(MessageBody, ASequencerThatIsNoneIsNotKept) {
  for (const json& sequencer : {json("not hex"), json(std::string(65, '0')), json(17), json(nullptr), json("")}) {
    json body = json::parse(text_of("s3_put"));
    body["Records"][0]["s3"]["object"]["sequencer"] = sequencer;
    EXPECT_EQ(parse_message_body(body.dump()).value().requests.front().event, std::nullopt) << sequencer;
  }
}

TEST(MessageBody, TheKeyOfAnS3NotificationIsDecodedOnce) {
  EXPECT_THAT(parsed("s3_encoded_key").requests,
              ElementsAre(request("amzn-s3-demo-bucket", "env=prod/red flower+%ü.pdf")));
}

TEST(MessageBody, ARestoredObjectIsAskedFor) {
  EXPECT_THAT(parsed("s3_restored").requests, ElementsAre(request("amzn-s3-demo-bucket", "archive/red flower.pdf")));
  EXPECT_THAT(parsed("event_bridge_restored").requests,
              ElementsAre(request("amzn-s3-demo-bucket1", "archive/red flower.pdf")));
}

// The restore has only begun, or the copy is gone again.
TEST(MessageBody, AnObjectThatIsNotRestoredYetIsNotAskedFor) {
  json body = json::parse(text_of("s3_restored"));
  for (const char* const event : {"ObjectRestore:Post", "ObjectRestore:Delete"}) {
    body["Records"][0]["eventName"] = event;
    const auto parsed_body = parse_message_body(body.dump());
    ASSERT_TRUE(parsed_body);
    EXPECT_THAT(parsed_body->requests, ElementsAre());
    EXPECT_EQ(parsed_body->note, event);
  }
}

TEST(MessageBody, TheTestEventAndRemovedObjectsAskForNothing) {
  EXPECT_THAT(parsed("s3_test_event").requests, ElementsAre());
  EXPECT_EQ(parsed("s3_test_event").note, "s3:TestEvent");
  EXPECT_THAT(parsed("s3_removed").requests, ElementsAre());
  EXPECT_EQ(parsed("s3_removed").note, "ObjectRemoved:Delete");
}

TEST(MessageBody, OfSeveralRecordsThoseThatCreatedAnObjectCount) {
  const MessageBody body = parsed("s3_mixed");
  EXPECT_THAT(body.requests,
              ElementsAre(request("amzn-s3-demo-bucket", "a.pdf"), request("amzn-s3-demo-bucket", "c.pdf")));
  EXPECT_EQ(body.note, "ObjectRemoved:DeleteMarkerCreated, ObjectTagging:Put");
}

TEST(MessageBody, AnS3NotificationInAnSnsEnvelope) {
  EXPECT_THAT(parsed("sns_of_s3").requests, ElementsAre(request("amzn-s3-demo-bucket", "red flower.jpg")));
}

TEST(MessageBody, TheKeyOfAnEventBridgeEventIsTakenAsItIs) {
  EXPECT_THAT(parsed("event_bridge_created").requests,
              ElementsAre(request("amzn-s3-demo-bucket1", "example key+%20.pdf")));
  EXPECT_THAT(parsed("event_bridge_deleted").requests, ElementsAre());
  EXPECT_EQ(parsed("event_bridge_deleted").note, "Object Deleted");
}

TEST(MessageBody, BatchesForLambda) {
  EXPECT_THAT(parsed("lambda_of_sqs").requests,
              ElementsAre(request("amzn-s3-demo-bucket", "a.pdf"), request("amzn-s3-demo-bucket", "b.pdf")));
  EXPECT_THAT(parsed("lambda_of_sns").requests, ElementsAre(request("amzn-s3-demo-bucket", "a.pdf")));
}

TEST(MessageBody, DocmillsOwn) {
  const MessageBody body = parsed("own");
  EXPECT_THAT(body.requests, ElementsAre(DocumentRequest{.bucket = "invoices",
                                                         .key = "a b+%20ü.pdf",
                                                         .document_id = "inv-2026.7_a",
                                                         .recipe = R"({"ocr":"always","ocr_dpi":300})",
                                                         .force = true}));
  EXPECT_THAT(parsed("own_bytes").requests, ElementsAre(request("file://", "/data/\xff.pdf")));
}

TEST(MessageBody, WhatIsWrittenIsRead) {
  const std::vector<DocumentRequest> requests{
      request("b", "k"),
      request("b", "a b+%20=&?#'\"<>\\;ü\u0308😀\n\t\r\x01\x7f//./../"),
      request("b", std::string("nul \0 inside", 12)),
      request("b", "\xef\xbf\xbe and \xef\xbf\xbf"),
      request("file://", "/\xff\xc3(\xed\xa0\x80"),
      {.bucket = "b", .key = "k", .document_id = "id", .recipe = R"({"ocr":"never"})", .force = true}};
  for (const DocumentRequest& one : requests) {
    const std::string body = message_body_of(one);
    EXPECT_TRUE(is_message_text(body)) << body;
    const auto again = parse_message_body(body);
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_THAT(again->requests, ElementsAre(one));
  }
}

TEST(MessageBody, EveryByteOfAKeySurvives) {
  for (int byte = 0; byte < 256; ++byte) {
    const DocumentRequest one = request("b", std::string("a") + static_cast<char>(byte));
    EXPECT_THAT(parse_message_body(message_body_of(one))->requests, ElementsAre(one)) << byte;
  }
}

TEST(MessageBody, ALargeBodyOfManyRecordsIsRead) {
  json body = json::parse(text_of("s3_put"));
  const json record = body["Records"][0];
  while (body["Records"].size() < 900) body["Records"].push_back(record);
  EXPECT_EQ(parse_message_body(body.dump())->requests.size(), 900U);
}

/// A shape with one thing wrong in it: a JSON patch (RFC 6902), and what the reason says.
struct Broken {
  std::string shape;
  std::string patch;
  std::string reason;
};

class BrokenShape : public testing::TestWithParam<Broken> {};

TEST_P(BrokenShape, IsPoisonThatSaysWhy) {
  const auto& [shape, patch, reason] = GetParam();
  const json whole = json::parse(text_of(shape));
  ASSERT_NE(poison_of(whole.patch(json::parse(patch)).dump()), "no poison");
  EXPECT_THAT(poison_of(whole.patch(json::parse(patch)).dump()), HasSubstr(reason));
}

std::string remove(const std::string& path) { return R"([{"op":"remove","path":")" + path + R"("}])"; }
std::string replace(const std::string& path, const std::string& value) {
  return R"([{"op":"add","path":")" + path + R"(","value":)" + value + "}]";
}

INSTANTIATE_TEST_SUITE_P(
    S3, BrokenShape,
    testing::Values(Broken{"s3_put", replace("/Records", "[]"), "array with events at Records"},
                    Broken{"s3_put", replace("/Records", "{}"), "found an empty object"},
                    Broken{"s3_put", replace("/Records/0", "null"), "eventSource"},
                    Broken{"s3_put", remove("/Records/0/eventSource"), "a string at eventSource, found nothing"},
                    Broken{"s3_put", replace("/Records/0/eventSource", R"("aws:dynamodb")"), "\"aws:dynamodb\""},
                    Broken{"s3_put", replace("/Records/0/eventVersion", R"("3.0")"), "version \"3.0\""},
                    Broken{"s3_put", remove("/Records/0/eventName"), "a string at eventName"},
                    Broken{"s3_put", replace("/Records/0/eventName", "7"), "found a number"},
                    Broken{"s3_put", remove("/Records/0/s3"), "s3"},
                    Broken{"s3_put", remove("/Records/0/s3/bucket/name"), "s3.bucket.name"},
                    Broken{"s3_put", replace("/Records/0/s3/bucket/name", R"("")"), "s3.bucket.name"},
                    Broken{"s3_put", replace("/Records/0/s3/object", "[1]"), "s3.object.key"},
                    Broken{"s3_put", replace("/Records/0/s3/object/key", "null"), "s3.object.key"},
                    Broken{"s3_put", replace("/Records/0/s3/object/key", R"("50%.pdf")"), "URL-encoded key"},
                    Broken{"s3_put", replace("/Records/0/s3/object/key", R"("a%2")"), "URL-encoded key"},
                    Broken{"s3_mixed", remove("/Records/2/s3/object/key"), "s3.object.key"}));

INSTANTIATE_TEST_SUITE_P(
    Sns, BrokenShape,
    testing::Values(Broken{"sns_of_s3", replace("/Type", R"("SubscriptionConfirmation")"), "SubscribeURL"},
                    Broken{"sns_of_s3", replace("/Type", R"("UnsubscribeConfirmation")"), "type Notification"},
                    Broken{"sns_of_s3", replace("/Type", "1"), "a string at Type"},
                    Broken{"sns_of_s3", remove("/Type"), "an event of S3"},
                    Broken{"sns_of_s3", remove("/TopicArn"), "an event of S3"},
                    Broken{"sns_of_s3", remove("/Message"), "a string at Message"},
                    Broken{"sns_of_s3", replace("/Message", R"({"Records":[]})"), "a string at Message"},
                    Broken{"sns_of_s3", replace("/Message", R"("Hello world!")"), "no JSON"},
                    Broken{"sns_of_s3", replace("/Message", R"("{}")"), "found an empty object"},
                    Broken{"sns_of_s3", replace("/Message", R"("{\"Records\":[7]}")"), "eventSource"}));

INSTANTIATE_TEST_SUITE_P(
    EventBridge, BrokenShape,
    testing::Values(Broken{"event_bridge_created", remove("/source"), "a string at source"},
                    Broken{"event_bridge_created", replace("/source", R"("aws.ec2")"), "source aws.s3"},
                    Broken{"event_bridge_created", replace("/detail-type", "null"), "detail-type"},
                    Broken{"event_bridge_created", replace("/detail-type", R"("")"), "detail-type"},
                    Broken{"event_bridge_created", remove("/detail"), "detail"},
                    Broken{"event_bridge_created", remove("/detail/bucket"), "detail.bucket"},
                    Broken{"event_bridge_created", replace("/detail/bucket/name", "{}"), "detail.bucket.name"},
                    Broken{"event_bridge_created", remove("/detail/object"), "detail.object"},
                    Broken{"event_bridge_created", replace("/detail/object/key", "false"), "detail.object.key"},
                    Broken{"event_bridge_created", replace("/detail/object/key", R"("")"), "detail.object.key"}));

INSTANTIATE_TEST_SUITE_P(
    Lambda, BrokenShape,
    testing::Values(Broken{"lambda_of_sqs", remove("/Records/0/body"), "a string at body"},
                    Broken{"lambda_of_sqs", replace("/Records/1/body", R"("{")"), "no JSON"},
                    Broken{"lambda_of_sqs", replace("/Records/1/body", "{}"), "a string at body"},
                    Broken{"lambda_of_sqs", replace("/Records/1/body", R"("")"), "a string at body"},
                    Broken{"lambda_of_sqs", replace("/Records/0/eventSource", R"("aws:kinesis")"), "aws:kinesis"},
                    Broken{"lambda_of_sqs", replace("/Records/0/eventSource", "null"), "eventSource"},
                    Broken{"lambda_of_sns", remove("/Records/0/Sns"), "Sns"},
                    Broken{"lambda_of_sns", remove("/Records/0/Sns/Message"), "Sns.Message"},
                    Broken{"lambda_of_sns", replace("/Records/0/Sns/Message", "3"), "Sns.Message"},
                    Broken{"lambda_of_sns", replace("/Records/0/EventSource", "[]"), "EventSource"}));

INSTANTIATE_TEST_SUITE_P(Own, BrokenShape,
                         testing::Values(Broken{"own", remove("/bucket"), "a string at bucket"},
                                         Broken{"own", replace("/bucket", R"("")"), "a string at bucket"},
                                         Broken{"own", remove("/key"), "found neither"},
                                         Broken{"own", replace("/key", "1"), "a string at key"},
                                         Broken{"own", replace("/key_base64", R"("YQ==")"), "found both"},
                                         Broken{"own", replace("/document_id", R"("a/b")"), "document_id"},
                                         Broken{"own", replace("/document_id", "7"), "document_id"},
                                         Broken{"own", replace("/recipe", R"("ocr")"), "recipe"},
                                         Broken{"own", replace("/force", R"("yes")"), "force"},
                                         Broken{"own", replace("/forse", "true"), "\"forse\""},
                                         Broken{"own_bytes", replace("/key_base64", R"("YQ=")"), "base64"},
                                         Broken{"own_bytes", replace("/key_base64", R"("YR==")"), "base64"}));

TEST(MessageBody, TextThatIsNoJsonIsPoison) {
  for (const char* const shape : {"s3_put", "sns_of_s3", "event_bridge_created", "lambda_of_sqs", "own"}) {
    const std::string whole = text_of(shape);
    EXPECT_THAT(poison_of(whole.substr(0, whole.size() / 2)), HasSubstr("no JSON")) << shape;
    EXPECT_THAT(poison_of(whole + "x"), HasSubstr("no JSON")) << shape;
    EXPECT_THAT(poison_of("[" + whole + "]"), HasSubstr("found an array")) << shape;
    const std::string inside = whole.substr(whole.find('{') + 1);
    EXPECT_THAT(poison_of(R"({"x":NaN,)" + inside), HasSubstr("no JSON")) << shape;
    EXPECT_THAT(poison_of("{\"x\":\"\xff\"," + inside), HasSubstr("no JSON")) << shape;
    EXPECT_THAT(poison_of(R"({"x":1e999,)" + inside), HasSubstr("no JSON")) << shape;
    EXPECT_THAT(poison_of(R"({"x":1,"x":2,)" + inside), HasSubstr("twice")) << shape;
    EXPECT_THAT(poison_of(R"({"x":)" + std::string(64, '[') + std::string(64, ']') + "," + inside), HasSubstr("deeper"))
        << shape;
    EXPECT_THAT(poison_of(std::string(message_size_bytes_max, ' ') + whole), HasSubstr("bytes")) << shape;
    EXPECT_THAT(poison_of("{}"), HasSubstr("an empty object"));
    EXPECT_THAT(poison_of(""), HasSubstr("no JSON"));
  }
}

TEST(MessageBody, EnvelopesInEnvelopesHaveAnEnd) {
  std::string body = text_of("s3_put");
  const json envelope = json::parse(text_of("sns_of_s3"));
  for (int wrapped = 1; wrapped <= 5; ++wrapped) {
    json outer = envelope;
    outer["Message"] = body;
    body = outer.dump();
    if (wrapped <= 4)
      EXPECT_TRUE(parse_message_body(body)) << wrapped;
    else
      EXPECT_THAT(poison_of(body), HasSubstr("envelopes"));
  }
}

TEST(MessageBody, NamesFromOutsideDoNotFillTheReasonOrTheNote) {
  json many;
  for (int i = 0; i < 1000; ++i) many[std::string(500, 'x') + std::to_string(i) + "\x1b[31m"] = i;
  EXPECT_LT(poison_of(many.dump()).size(), 1000U);
  json body = json::parse(text_of("s3_put"));
  const json record = body["Records"][0];
  for (int i = 0; i < 500; ++i) {
    body["Records"].push_back(record);
    body["Records"].back()["eventName"] = "Object\x1b" + std::to_string(i);
  }
  const auto parsed = parse_message_body(body.dump());
  ASSERT_TRUE(parsed);
  EXPECT_LT(parsed->note.size(), 300U);
  EXPECT_TRUE(is_message_text(parsed->note));
}

}  // namespace
}  // namespace docmill
