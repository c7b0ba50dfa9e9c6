#include "aws/address.h"

#include <gtest/gtest.h>

#include "aws/s3_service.h"
#include "aws/sqs_service.h"

namespace docmill::aws {
namespace {

Settings in_region(std::string region) { return {.region = std::move(region)}; }

std::string url(const Result<Address>& address) {
  return address ? address->endpoint.url() + address->target : address.error().text();
}

// Host names as the AWS General Reference lists them.
TEST(AwsHost, FollowsRegionPartitionAndVariants) {
  const auto s3 = [](const Settings& settings) { return s3_address(settings, "", "", {})->endpoint.host; };
  const auto sqs = [](const Settings& settings) { return sqs_address(settings, "")->endpoint.host; };
  EXPECT_EQ(s3(in_region("eu-central-1")), "s3.eu-central-1.amazonaws.com");
  EXPECT_EQ(sqs(in_region("us-east-1")), "sqs.us-east-1.amazonaws.com");
  EXPECT_EQ(s3(in_region("cn-north-1")), "s3.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(sqs(in_region("us-gov-west-1")), "sqs.us-gov-west-1.amazonaws.com");
  auto settings = in_region("us-west-2");
  settings.fips = true;
  EXPECT_EQ(s3(settings), "s3-fips.us-west-2.amazonaws.com");
  EXPECT_EQ(sqs(settings), "sqs-fips.us-west-2.amazonaws.com");
  settings.dual_stack = true;
  EXPECT_EQ(s3(settings), "s3-fips.dualstack.us-west-2.amazonaws.com");
  EXPECT_EQ(sqs(settings), "sqs-fips.us-west-2.api.aws");
}

TEST(S3Address, HasTheBucketInTheHostOnAws) {
  const auto settings = in_region("us-east-1");
  EXPECT_EQ(url(s3_address(settings, "invoices", "env=prod/a b+\xc3\xbc%.pdf", {})),
            "https://invoices.s3.us-east-1.amazonaws.com/env%3Dprod/a%20b%2B%C3%BC%25.pdf");
  EXPECT_EQ(url(s3_address(settings, "invoices", "", {{"list-type", "2"}, {"prefix", "a/b c"}, {"uploads", ""}})),
            "https://invoices.s3.us-east-1.amazonaws.com/?list-type=2&prefix=a%2Fb%20c&uploads=");
  EXPECT_EQ(url(s3_address(settings, "invoices", "/a//b/../c/", {})),
            "https://invoices.s3.us-east-1.amazonaws.com//a//b/../c/");
  EXPECT_EQ(url(s3_address(settings, "", "", {})), "https://s3.us-east-1.amazonaws.com/");
}

TEST(S3Address, HasItInThePathWhereTheNameFitsNoCertificateOrTheEndpointIsNotAws) {
  auto settings = in_region("us-east-1");
  for (const auto* bucket : {"my.invoices", "MyInvoices", "my_invoices"})
    EXPECT_EQ(url(s3_address(settings, bucket, "k", {})),
              "https://s3.us-east-1.amazonaws.com/" + std::string(bucket) + "/k");
  settings.endpoints["s3"] = {.tls = false, .host = "localhost", .port = 9000};
  EXPECT_EQ(url(s3_address(settings, "invoices", "k", {})), "http://localhost:9000/invoices/k");
}

TEST(S3Address, RefusesWhatIsNoBucketAndWantsARegion) {
  for (const auto* bucket : {"a/b", "ab", "evil.example/", "a@b.c", "a?b",
                             "b\xc3\xbc"
                             "cket"}) {
    const auto address = s3_address(in_region("us-east-1"), bucket, "k", {});
    ASSERT_FALSE(address) << bucket;
    EXPECT_EQ(address.error().kind, ErrorKind::invalid_input);
  }
  const auto nowhere = s3_address({}, "invoices", "k", {});
  ASSERT_FALSE(nowhere);
  EXPECT_NE(nowhere.error().message.find("--region"), std::string::npos);
}

TEST(SqsAddress, GoesToTheHostOfTheQueueAndItsRegion) {
  const auto address = sqs_address(in_region("us-east-1"), "https://sqs.eu-west-1.amazonaws.com/123456789012/pdfs");
  EXPECT_EQ(url(address), "https://sqs.eu-west-1.amazonaws.com/");
  EXPECT_EQ(address->region, "eu-west-1");
  EXPECT_EQ(sqs_address({}, "https://sqs.cn-north-1.amazonaws.com.cn/1/q")->region, "cn-north-1");
  EXPECT_EQ(sqs_address(in_region("us-east-1"), "http://localhost:5000/1/q")->region, "us-east-1");
  EXPECT_EQ(url(sqs_address(in_region("us-east-1"), "http://localhost:5000/1/q")), "http://localhost:5000/");
  EXPECT_EQ(sqs_address(in_region("us-east-1"), "https://sqs.eu-west-1.amazonaws.com.evil.example/1/q")->region,
            "us-east-1");
  EXPECT_FALSE(sqs_address({}, "http://localhost:5000/1/q"));
  auto settings = in_region("us-east-1");
  settings.endpoints["sqs"] = {.tls = false, .host = "moto", .port = 5000};
  EXPECT_EQ(url(sqs_address(settings, "https://sqs.eu-west-1.amazonaws.com/1/q")), "http://moto:5000/");
}

}  // namespace
}  // namespace docmill::aws
