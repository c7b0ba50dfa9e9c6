#include "aws/failure.h"

#include "aws/s3_service.h"
#include "aws/sqs_service.h"

#include <gtest/gtest.h>

namespace docmill::aws {
namespace {

using namespace std::chrono_literals;

net::Response answer(int status, std::string body, net::Headers headers = {}) {
  return {.head = {.status = status, .headers = std::move(headers)}, .body = std::move(body)};
}

std::string xml(const std::string& code, const std::string& message, const std::string& more = "") {
  return "<?xml version=\"1.0\"?>\n<Error><Code>" + code + "</Code><Message>" + message + "</Message>" + more +
         "<RequestId>4442587FB7D0A2F9</RequestId><HostId>h</HostId></Error>";
}

/// What a call of AWS would say of it.
Error error(const net::Response& response, const Service& service = s3_service,
            const std::string& operation = "GetObject", const std::string& resource = "s3://invoices/a.pdf") {
  return net::error_from(refusal_from(failure_from(response), service, operation),
                         {.operation = operation, .resource = resource}, {});
}

TEST(AwsFailure, NamesOperationStatusCodeRequestAndThePermission) {
  const auto denied = error(answer(403, xml("AccessDenied", "Access Denied")));
  EXPECT_EQ(denied.kind, ErrorKind::denied);
  EXPECT_EQ(denied.subject, "s3://invoices/a.pdf");
  EXPECT_EQ(denied.message,
            "GetObject: HTTP 403, AccessDenied, request 4442587FB7D0A2F9: Access Denied; allow s3:GetObject on it");
}

TEST(AwsFailure, NamesThePermissionThatAwsNames) {
  const auto denied = error(answer(403, xml("AccessDenied",
                                            "User: arn:aws:iam::1:user/u is not authorized to perform: "
                                            "kms:Decrypt on resource: arn:aws:kms:eu-west-1:1:key/k")));
  EXPECT_NE(denied.message.find("; allow kms:Decrypt on key arn:aws:kms:eu-west-1:1:key/k"), std::string::npos)
      << denied.message;
}

TEST(AwsFailure, WritesPermissionsAsPoliciesDo) {
  const auto denied =
      error(answer(403, R"({"__type":"com.amazonaws.sqs#AccessDeniedException","Message":"User: u is not authorized)"
                        R"( to perform: sqs:sendmessage on resource: arn:aws:sqs:eu-west-1:1:q"})"),
            sqs_service, "SendMessageBatch", "q");
  EXPECT_NE(denied.message.find("; allow sqs:SendMessage on it"), std::string::npos) << denied.message;
}

TEST(AwsFailure, EveryCallHasItsPermission) {
  EXPECT_EQ(permission_for(s3_service, "HeadObject"), "s3:GetObject");
  EXPECT_EQ(permission_for(s3_service, "ListObjectsV2"), "s3:ListBucket");
  EXPECT_EQ(permission_for(s3_service, "UploadPart"), "s3:PutObject");
  EXPECT_EQ(permission_for(s3_service, "DeleteObject"), "s3:DeleteObject");
  EXPECT_EQ(permission_for(sqs_service, "SendMessageBatch"), "sqs:SendMessage");
  EXPECT_EQ(permission_for(sqs_service, "GetQueueAttributes"), "sqs:GetQueueAttributes");
}

TEST(AwsFailure, TellsTheRightRegion) {
  for (const auto& response :
       {answer(400,
               xml("AuthorizationHeaderMalformed", "the region 'us-east-1' is wrong", "<Region>eu-west-1</Region>")),
        answer(301, xml("PermanentRedirect", "use the specified endpoint"), {{"x-amz-bucket-region", "eu-west-1"}}),
        answer(301, "", {{"x-amz-bucket-region", "eu-west-1"}}),
        answer(400, "", {{"x-amz-bucket-region", "eu-west-1"}})}) {
    const auto wrong = error(response);
    EXPECT_EQ(wrong.kind, ErrorKind::invalid_input);
    EXPECT_NE(wrong.message.find("use --region eu-west-1"), std::string::npos) << wrong.message;
  }
}

TEST(AwsFailure, HasAKindForEachTrouble) {
  const auto kind = [](int status, const std::string& body) { return error(answer(status, body)).kind; };
  EXPECT_EQ(kind(404, xml("NoSuchBucket", "")), ErrorKind::not_found);
  EXPECT_EQ(kind(404, ""), ErrorKind::not_found);
  EXPECT_EQ(kind(503, xml("SlowDown", "Reduce your request rate.")), ErrorKind::throttled);
  EXPECT_EQ(kind(503, ""), ErrorKind::throttled);
  EXPECT_EQ(kind(429, ""), ErrorKind::throttled);
  EXPECT_EQ(kind(400, R"({"__type":"com.amazonaws.sqs#RequestThrottled","message":"m"})"), ErrorKind::throttled);
  EXPECT_EQ(kind(400, R"({"__type":"com.amazonaws.sqs#KmsThrottled","message":"m"})"), ErrorKind::throttled);
  EXPECT_EQ(kind(400, xml("KMS.ThrottlingException", "")), ErrorKind::throttled);
  EXPECT_EQ(kind(500, xml("InternalError", "")), ErrorKind::unavailable);
  EXPECT_EQ(kind(502, "<html>Bad gateway</html>"), ErrorKind::unavailable);
  EXPECT_EQ(kind(400, xml("RequestTimeout", "")), ErrorKind::unavailable);
  EXPECT_EQ(kind(409, xml("OperationAborted", "")), ErrorKind::unavailable);
  EXPECT_EQ(kind(403, ""), ErrorKind::denied);
  EXPECT_EQ(kind(403, xml("RequestTimeTooSkewed", "")), ErrorKind::denied);
  EXPECT_EQ(kind(403, xml("InvalidAccessKeyId", "")), ErrorKind::denied);
  EXPECT_EQ(kind(400, xml("ExpiredToken", "")), ErrorKind::denied);
  EXPECT_EQ(kind(400, xml("InvalidArgument", "")), ErrorKind::invalid_input);
  EXPECT_EQ(kind(416, ""), ErrorKind::invalid_input);
}

TEST(AwsFailure, AnArchivedObjectIsItsOwnTrouble) {
  const auto archived =
      error(answer(403, xml("InvalidObjectState", "The operation is not valid for the object's storage class",
                            "<StorageClass>GLACIER</StorageClass>")));
  EXPECT_EQ(archived.kind, ErrorKind::unreadable);
  EXPECT_EQ(scope_of(archived), FaultScope::one_object);
  EXPECT_NE(archived.message.find("restore the object first"), std::string::npos) << archived.message;
  EXPECT_EQ(archived.message.find("s3:GetObject"), std::string::npos) << archived.message;
}

// Of one object, or of all: the answer does not tell.
TEST(AwsFailure, AKeyThatCannotBeUsedMayBeOneObjectsAlone) {
  const auto key = [](const std::string& code, const std::string& message = "m") {
    return error(answer(code == "AccessDenied" ? 403 : 400, xml(code, message)));
  };
  const std::string foreign =
      "User: arn:aws:iam::1:user/u is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:x:2:key/k "
      "because no resource-based policy allows the kms:Decrypt action";
  for (const Error& found :
       {key("AccessDenied", foreign), key("KMS.DisabledException"), key("KMS.NotFoundException"),
        key("KMS.KMSInvalidStateException"), key("KMS.InvalidStateException"), key("KMS.AccessDeniedException")}) {
    EXPECT_EQ(found.kind, ErrorKind::unreadable) << found.message;
    EXPECT_EQ(scope_of(found), FaultScope::unknown) << found.message;
    EXPECT_NE(found.message.find("ey"), std::string::npos) << found.message;
  }
  EXPECT_NE(key("AccessDenied", foreign).message.find("; allow kms:Decrypt on key arn:aws:kms:x:2:key/k"),
            std::string::npos);
  EXPECT_NE(key("KMS.DisabledException").message.find("; its KMS key is disabled"), std::string::npos);
}

TEST(AwsFailure, AKeyOfTheQueueOrOfTheOutputIsThePlaces) {
  for (const auto& found :
       {error(answer(400, R"({"__type":"com.amazonaws.sqs#KmsDisabled","message":"m"})"), sqs_service, "ReceiveMessage",
              "q"),
        error(answer(400, R"({"__type":"com.amazonaws.sqs#KmsAccessDenied","message":"m"})"), sqs_service,
              "SendMessage", "q"),
        error(answer(400, xml("KMS.DisabledException", "m")), s3_service, "PutObject", "s3://b/a")}) {
    EXPECT_EQ(found.kind, ErrorKind::denied) << found.message;
    EXPECT_EQ(scope_of(found), FaultScope::place) << found.message;
  }
}

TEST(AwsFailure, CredentialsAndConfigurationAreThePlaces) {
  const auto scope = [](int status, const std::string& body) { return scope_of(error(answer(status, body))); };
  EXPECT_EQ(scope(400, xml("ExpiredToken", "m")), FaultScope::place);
  EXPECT_EQ(scope(403, xml("InvalidAccessKeyId", "m")), FaultScope::place);
  EXPECT_EQ(scope(403, xml("SignatureDoesNotMatch", "m")), FaultScope::place);
  EXPECT_EQ(scope(403, xml("RequestTimeTooSkewed", "m")), FaultScope::place);
  EXPECT_EQ(scope(301, xml("PermanentRedirect", "m")), FaultScope::place);
  EXPECT_EQ(scope(404, xml("NoSuchBucket", "m")), FaultScope::place);
  EXPECT_EQ(scope(403, xml("AccessDenied", "m")), FaultScope::unknown);
  EXPECT_EQ(scope(400, xml("InvalidArgument", "m")), FaultScope::unknown);
  EXPECT_EQ(scope(400, ""), FaultScope::unknown);
  EXPECT_EQ(scope(400, xml("KeyTooLongError", "m")), FaultScope::one_object);
}

TEST(AwsFailure, SaysWhatToDoForTheCommonOnes) {
  const auto says = [](const net::Response& response, std::string_view advice) {
    const auto text = error(response).message;
    EXPECT_NE(text.find(advice), std::string::npos) << text;
  };
  says(answer(404, xml("NoSuchBucket", "The specified bucket does not exist")), "no such bucket");
  says(answer(403, xml("RequestTimeTooSkewed", "m")), "set this machine's clock");
  says(answer(400, xml("ExpiredToken", "m")), "renew them");
  says(answer(403, xml("InvalidAccessKeyId", "m")), "does not know the access key");
  says(answer(400, R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"m"})"), "no such queue");
  says(answer(400, R"({"__type":"AWS.SimpleQueueService.NonExistentQueue"})"), "no such queue");
}

// SQS and S3 quote the canonical request, and with it the session token.
TEST(AwsFailure, AMessageThatQuotesTheSignatureIsLeftOut) {
  const auto sqs = error(answer(403, R"({"__type":"com.amazon.coral.service#InvalidSignatureException","message":
      "The Canonical String for this request should have been 'x-amz-security-token:CANARY'"})"),
                         sqs_service, "SendMessage", "https://sqs/q");
  EXPECT_EQ(sqs.kind, ErrorKind::denied);
  EXPECT_EQ(sqs.text().find("CANARY"), std::string::npos);
  EXPECT_EQ(error(answer(403, xml("SignatureDoesNotMatch", "CANARY", "<StringToSign>CANARY</StringToSign>")))
                .text()
                .find("CANARY"),
            std::string::npos);
}

TEST(AwsFailure, BelievesNothing) {
  for (const std::string body : {"", "{", "[]", "{\"__type\":5}", "<Error>", "<Code>", "</Code><Code>", "<Code></Code>",
                                 "\xff\xfe", "{\"message\":null}"})
    EXPECT_EQ(error(answer(418, body)).kind, ErrorKind::invalid_input) << body;
  EXPECT_LT(error(answer(400, xml("X", std::string(100'000, 'm')))).message.size(), 1'000U);
}

TEST(AwsFailure, XmlTextIsUnescaped) {
  EXPECT_EQ(xml_text("<a><Key>x &lt;&amp;amp;&gt; &quot;y&apos;</Key></a>", "Key"), "x <&amp;> \"y'");
  EXPECT_EQ(xml_text("<a>", "Key"), std::nullopt);
}

TEST(ClockSkew, IsReadFromTheDateOfTheAnswer) {
  const net::ResponseHead head{.status = 403, .headers = {{"Date", "Sun, 30 Aug 2015 12:36:00 GMT"}}};
  const WallTime then{std::chrono::seconds(1'440'938'160)};
  EXPECT_EQ(clock_skew(head, then), std::nullopt);
  EXPECT_EQ(clock_skew(head, then + 3min), std::nullopt);
  EXPECT_EQ(clock_skew(head, then - 20min), 20min);
  EXPECT_EQ(clock_skew(head, then + 20min), -20min);
  EXPECT_EQ(clock_skew({.status = 403, .headers = {{"Date", "soon"}}}, then), std::nullopt);
  EXPECT_EQ(clock_skew({.status = 403}, then), std::nullopt);
}

}  // namespace
}  // namespace docmill::aws
