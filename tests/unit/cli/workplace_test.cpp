#include "cli/workplace.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/cli/command_line.h"

namespace docmill {
namespace {

// What is lost on the way would be a bucket of somebody else's, or one written to without its key.
TEST_F(CommandLine, EverySettingOfBucketsReachesTheStores) {
  const auto result =
      sweep({"--region", "eu-west-1", "--expected-bucket-owner", "123456789012", "--requester-pays", "--encryption",
             "kms", "--kms-key-id", "alias/docs", "--list-page-size", "7", "--follow-links"});
  ASSERT_TRUE(result) << complaint(result);
  const aws::ConnectionSettings connection = connection_of(result->settings);
  EXPECT_EQ(connection.region, "eu-west-1");
  EXPECT_EQ(connection.expected_bucket_owner, "123456789012");
  const StoreSettings stores = stores_of(result->settings);
  EXPECT_EQ(stores.s3.encryption, aws::S3Settings::Encryption::kms);
  EXPECT_EQ(stores.s3.kms_key_id, "alias/docs");
  EXPECT_TRUE(stores.s3.requester_pays);
  EXPECT_EQ(stores.listing.list_page_objects_max, 7U);
  EXPECT_TRUE(stores.follow_links);
}

TEST_F(CommandLine, ACommandWithoutThemReachesStoresByTheirDefaults) {
  const auto result = parse({"queue", "stats", "--queue", "sqlite:///q.db", "--region", "eu-west-1"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(connection_of(result->settings).region, "eu-west-1");
  EXPECT_EQ(connection_of(result->settings).expected_bucket_owner, "");
  EXPECT_EQ(stores_of(result->settings).listing.list_page_objects_max, StoreSettings{}.listing.list_page_objects_max);
  EXPECT_FALSE(stores_of(result->settings).s3.requester_pays);
}

}  // namespace
}  // namespace docmill
