#include "aws/client.h"

#include <gtest/gtest.h>

#include <fmt/chrono.h>

#include <atomic>
#include <latch>
#include <thread>

#include "aws/s3.h"
#include "aws/s3_service.h"
#include "aws/sqs_service.h"
#include "unit/aws/fixed_credentials.h"
#include "unit/base/virtual_clock.h"
#include "unit/net/raw_server.h"

namespace docmill::aws {
namespace {

using namespace std::chrono_literals;

/// A client whose S3 and SQS are one scripted server: the n-th request (from 1) gets the n-th answer.
class AwsClient : public testing::Test {
 protected:
  using Script = std::function<void(const ServerConnection&, const ReceivedRequest&, int n)>;

  Client& serve(Script script) {
    server_ =
        std::make_unique<RawServer>([this, script = std::move(script)](const auto& connection, const auto& request) {
          script(connection, request, ++n_);
          return true;
        });
    http_ = *net::HttpClient::create({});
    settings.region = "us-east-1";
    settings.endpoints["s3"] = settings.endpoints["sqs"] = server_->endpoint();
    caller_ = std::make_unique<net::Caller>(*http_, clock, random);
    if (!credentials) credentials = fixed_credentials();
    client_ = std::make_unique<Client>(*caller_, settings, std::move(credentials), clock);
    return *client_;
  }
  RawServer& server() { return *server_; }
  Client& client() { return *client_; }

  static Call get(std::string key = "a.pdf") {
    return {.service = &s3_service,
            .operation = "GetObject",
            .resource = "s3://invoices/" + key,
            .bucket = "invoices",
            .key = key};
  }

  Settings settings;
  std::unique_ptr<CredentialSource> credentials;
  VirtualClock clock;
  FixedRandom random{7};

 private:
  std::atomic<int> n_ = 0;
  std::unique_ptr<RawServer> server_;
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<net::Caller> caller_;
  std::unique_ptr<Client> client_;
};

TEST_F(AwsClient, SignsAndSendsACall) {
  auto& client = serve([](const auto& c, const auto&, int) { c.reply(200, "bytes", "ETag: \"e\"\r\n"); });
  const auto answer = client.call(get("env=prod/a b.pdf"));
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->body, "bytes");
  EXPECT_EQ(net::find(answer->headers, "etag"), "\"e\"");
  EXPECT_EQ(answer->attempts, 1);
  const auto request = server().requests().front();
  EXPECT_EQ(request.line, "GET /invoices/env%3Dprod/a%20b.pdf HTTP/1.1");
  EXPECT_EQ(request.header("x-amz-security-token"), "CANARY-TOKEN");
  EXPECT_TRUE(
      request.header("authorization").starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20241004/us-east-1/s3/"));
}

TEST_F(AwsClient, EveryCallOfS3NamesTheOwnerThatIsExpected) {
  settings.expected_bucket_owner = "123456789012";
  S3 s3(serve([](const auto& c, const auto&, int) { c.reply(404, ""); }), {});
  ASSERT_TRUE(s3.head({.bucket = "invoices", .key = "a.pdf"}));
  EXPECT_FALSE(s3.list({.bucket = "invoices", .prefix = "", .start_after = "", .token = ""}));
  for (const auto& request : server().requests())
    EXPECT_EQ(request.header("x-amz-expected-bucket-owner"), "123456789012") << request.line;
  EXPECT_EQ(server().requests().size(), 2U);
}

// Names of operations tell the services apart.
TEST_F(AwsClient, CountsTheCallsOfAllServices) {
  auto& client = serve([](const auto& c, const auto&, int) { c.reply(200, "{}"); });
  ASSERT_TRUE(client.call(get()));
  ASSERT_TRUE(client.call({.service = &sqs_service, .operation = "SendMessage", .resource = "q", .method = "POST"}));
  EXPECT_EQ(client.counts().at("GetObject").requests, 1U);
  EXPECT_EQ(client.counts().at("SendMessage").requests, 1U);
}

TEST_F(AwsClient, TriesAgainWhatMayPassAndCountsIt) {
  auto& client = serve([](const auto& c, const auto&, int n) {
    if (n == 1) c.reply(500, "");
    if (n == 2) c.reply(503, "<Error><Code>SlowDown</Code></Error>");
    if (n == 3) c.reply(200, "at last");
  });
  const auto answer = client.call(get());
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->body, "at last");
  EXPECT_EQ(answer->attempts, 3);
  const auto count = client.counts().at("GetObject");
  EXPECT_EQ(count.requests, 3U);
  EXPECT_EQ(count.retries, 2U);
  EXPECT_EQ(count.throttled, 1U);
  EXPECT_EQ(count.failures, 0U);
  EXPECT_EQ(clock.sleeps().size(), 2U);
}

TEST_F(AwsClient, GivesUpAfterEightAttempts) {
  auto& client = serve([](const auto& c, const auto&, int) { c.reply(500, ""); });
  const auto answer = client.call(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(client.counts().at("GetObject").requests, 8U);
  EXPECT_EQ(client.counts().at("GetObject").failures, 1U);
}

TEST_F(AwsClient, WaitsAsLongAsTheServerAsks) {
  auto& client = serve(
      [](const auto& c, const auto&, int n) { n == 1 ? c.reply(503, "", "Retry-After: 3\r\n") : c.reply(200, ""); });
  ASSERT_TRUE(client.call(get()));
  EXPECT_GE(clock.steady_now().time_since_epoch(), 3s);
}

TEST_F(AwsClient, DoesNotRepeatWhatCannotPass) {
  auto& client =
      serve([](const auto& c, const auto&, int) { c.reply(403, "<Error><Code>AccessDenied</Code></Error>"); });
  const auto answer = client.call(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::denied);
  EXPECT_NE(answer.error().text().find("s3:GetObject"), std::string::npos);
  EXPECT_EQ(client.counts().at("GetObject").requests, 1U);
}

TEST_F(AwsClient, AnExpectedStatusIsAnAnswerButAMissingBucketIsNot) {
  auto& client = serve([](const auto& c, const auto& request, int) {
    const bool no_bucket = request.line.contains("nobucket");
    c.reply(404, no_bucket ? "<Error><Code>NoSuchBucket</Code></Error>" : "<Error><Code>NoSuchKey</Code></Error>");
  });
  auto call = get();
  call.also_expected = {404, 412};
  const auto answer = client.call(call);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 404);
  EXPECT_TRUE(answer->body.contains("NoSuchKey"));
  call.bucket = "nobucket";
  const auto missing = client.call(call);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
}

TEST_F(AwsClient, ATruncatedBodyIsFetchedAgain) {
  auto& client = serve([](const auto& c, const auto&, int n) {
    if (n > 1) return c.reply(200, "whole body");
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!");
    c.close();
  });
  const auto answer = client.call(get());
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->body, "whole body");
  EXPECT_EQ(answer->attempts, 2);
}

/// S3 as it judges dates: what is signed more than 15 minutes from its own time is refused with that time. Its clock
/// runs with the test's, and nobody sets it.
class SkewedS3 : public AwsClient {
 protected:
  WallTime server_time() {
    return WallTime(std::chrono::days(20'000) + 20min) +
           std::chrono::duration_cast<std::chrono::microseconds>(clock.steady_now().time_since_epoch());
  }
  bool is_in_time(const ReceivedRequest& request) {
    for (auto minute = server_time() - 15min; minute < server_time() + 15min; minute += 1min)
      if (request.header("x-amz-date").starts_with(fmt::format("{:%Y%m%dT%H%M}", minute))) return true;
    return false;
  }
  void judge(const ServerConnection& connection, const ReceivedRequest& request) {
    if (is_in_time(request)) return connection.reply(200, "in time");
    const auto now = std::chrono::floor<std::chrono::seconds>(server_time());
    connection.reply(403, "<Error><Code>RequestTimeTooSkewed</Code></Error>",
                     fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", now));
  }
  std::uint64_t requests() { return client_counts().requests; }
  OperationCount client_counts() { return client().counts().at("GetObject"); }
};

TEST_F(SkewedS3, AClockThatIsOffIsCorrected) {
  auto& client = serve([&](const auto& c, const auto& request, int) { judge(c, request); });
  ASSERT_TRUE(client.call(get()));
  EXPECT_EQ(requests(), 2U);
  ASSERT_TRUE(client.call(get()));
  EXPECT_EQ(requests(), 3U) << "the correction is kept";
  EXPECT_TRUE(clock.sleeps().empty()) << "the cause is mended: no wait";
}

TEST_F(SkewedS3, CallsThatAreRefusedTogetherCorrectTheClockOnce) {
  constexpr int threads = 8;
  std::latch all_are_signed(threads);
  auto& client = serve([&](const auto& c, const auto& request, int n) {
    if (n <= threads) all_are_signed.arrive_and_wait();
    judge(c, request);
  });
  std::atomic<int> in_time = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < threads; ++i) callers.emplace_back([&] { in_time += client.call(get()).has_value() ? 1 : 0; });
  }
  EXPECT_EQ(in_time, threads);
  EXPECT_EQ(requests(), 2U * threads) << "each was refused once";
  ASSERT_TRUE(client.call(get()));
  EXPECT_EQ(requests(), 2U * threads + 1);
}

TEST_F(SkewedS3, AClockThatIsSetRightLaterIsCorrectedAgain) {
  auto& client = serve([&](const auto& c, const auto& request, int) { judge(c, request); });
  ASSERT_TRUE(client.call(get()));
  for (const auto jump : {20min, -60min, 40min}) {
    clock.set_wall_ahead(jump);
    ASSERT_TRUE(client.call(get())) << jump.count();
    const auto before = requests();
    ASSERT_TRUE(client.call(get()));
    EXPECT_EQ(requests(), before + 1) << jump.count();
  }
}

TEST_F(AwsClient, RenewsExpiredCredentialsOnce) {
  credentials = std::make_unique<ScriptedCredentials>([](int n) {
    auto fetched = canary_credentials();
    fetched.access_key_id = "KEY" + std::to_string(n);
    return fetched;
  });
  auto& client = serve([](const auto& c, const auto& request, int) {
    if (request.header("authorization").contains("Credential=KEY1/"))
      c.reply(400, "<Error><Code>ExpiredToken</Code></Error>");
    else if (request.line.contains("never"))
      c.reply(400, "<Error><Code>ExpiredToken</Code></Error>");
    else
      c.reply(200, "");
  });
  ASSERT_TRUE(client.call(get()));
  EXPECT_EQ(client.counts().at("GetObject").requests, 2U);
  const auto refused = client.call(get("never"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);
  EXPECT_EQ(client.counts().at("GetObject").requests, 4U);
}

TEST_F(AwsClient, FollowsATemporaryRedirectToS3AndToNobodyElse) {
  auto& client =
      serve([](const auto& c, const auto&, int) { c.reply(307, "", "Location: https://evil.example/s3/a.pdf\r\n"); });
  const auto answer = client.call(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(client.counts().at("GetObject").requests, 1U);
}

TEST_F(AwsClient, AFailureInsideASuccessIsOne) {
  auto& client = serve([](const auto& c, const auto&, int n) {
    c.reply(200, n == 1 ? "<Error><Code>InternalError</Code></Error>" : "<CompleteMultipartUploadResult/>");
  });
  const auto answer = client.call({.service = &s3_service,
                                   .operation = "CompleteMultipartUpload",
                                   .resource = "r",
                                   .method = "POST",
                                   .bucket = "invoices",
                                   .key = "k"});
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->attempts, 2);
}

TEST_F(AwsClient, NoCredentialsIsAnErrorThatSaysWhereItLooked) {
  credentials = std::make_unique<ScriptedCredentials>(
      [](int) -> Result<Credentials> { return fail(ErrorKind::denied, "credentials", "found none"); });
  auto& client = serve([](const auto& c, const auto&, int) { c.reply(200, ""); });
  const auto answer = client.call(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::denied);
  EXPECT_TRUE(server().requests().empty());
}

TEST_F(AwsClient, NoSecretComesOutOfAnError) {
  auto& client = serve([](const auto& c, const auto& request, int) {
    c.reply(400, "<Error><Code>Odd</Code><Message>you sent " + request.header("x-amz-security-token") +
                     " and CANARY-SECRET</Message></Error>");
  });
  const auto answer = client.call(get());
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().text().find("you sent ***"), std::string::npos);
  EXPECT_EQ(answer.error().text().find("CANARY"), std::string::npos);
}

TEST_F(AwsClient, AStoppedCallIsNotRepeated) {
  std::stop_source stop;
  auto& client = serve([&](const auto& c, const auto&, int) {
    stop.request_stop();
    c.reply(500, "");
  });
  auto call = get();
  call.stop = stop.get_token();
  ASSERT_FALSE(client.call(call));
  EXPECT_EQ(client.counts().at("GetObject").requests, 1U);
}

TEST_F(AwsClient, OneThreadHasManyCallsOnTheirWay) {
  auto& client = serve([](const auto& c, const auto& request, int) { c.reply(200, request.line); });
  std::vector<PendingCall> calls;
  for (int i = 0; i < 100; ++i) calls.push_back(client.submit(get(std::to_string(i))));
  for (int i = 0; i < 100; ++i) {
    const auto answer = calls[static_cast<std::size_t>(i)].wait();
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, "GET /invoices/" + std::to_string(i) + " HTTP/1.1");
  }
}

TEST_F(AwsClient, ThrottlingOfThreeInTenCostsLittle) {
  auto& client = serve([](const auto& c, const auto&, int n) { c.reply(n % 10 < 3 ? 503 : 200, ""); });
  int done = 0;
  for (int i = 0; i < 300; ++i) done += client.call(get()).has_value() ? 1 : 0;
  EXPECT_EQ(done, 300);
  EXPECT_LE(client.counts().at("GetObject").requests, 300 * 1.6);
}

}  // namespace
}  // namespace docmill::aws
