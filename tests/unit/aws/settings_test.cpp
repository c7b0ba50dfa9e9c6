#include "aws/settings.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "unit/store/temporary_folder.h"

namespace docmill::aws {
namespace {

using Variables = std::map<std::string, std::string>;

Environment environment(Variables variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(Settings, RegionComesFromTheFirstPlaceThatNamesOne) {
  EXPECT_EQ(settings_from(environment({}), "")->region, "");
  EXPECT_EQ(settings_from(environment({{"AWS_DEFAULT_REGION", "eu-west-1"}}), "")->region, "eu-west-1");
  EXPECT_EQ(settings_from(environment({{"AWS_DEFAULT_REGION", "eu-west-1"}, {"AWS_REGION", "eu-west-2"}}), "")->region,
            "eu-west-2");
  EXPECT_EQ(settings_from(environment({{"AWS_REGION", "eu-west-2"}}), "eu-west-3")->region, "eu-west-3");
}

TEST(Settings, ARegionThatCouldNameAnotherHostIsRefused) {
  for (const auto* region : {"evil.example/", "us-east-1.evil", "US-EAST-1", "us east", "us@x"}) {
    const auto settings = settings_from(environment({{"AWS_REGION", region}}), "");
    ASSERT_FALSE(settings) << region;
    EXPECT_EQ(settings.error().kind, ErrorKind::invalid_input);
    EXPECT_EQ(settings.error().subject, "AWS_REGION");
  }
}

TEST(Settings, AServicesOwnEndpointComesBeforeTheOneForAll) {
  const auto settings = settings_from(environment({{"AWS_ENDPOINT_URL", "http://localhost:5000"},
                                                   {"AWS_ENDPOINT_URL_SQS", "https://queues.example:9324/"}}),
                                      "");
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->endpoints.at("s3").url(), "http://localhost:5000");
  EXPECT_EQ(settings->endpoints.at("sqs").url(), "https://queues.example:9324");
}

TEST(Settings, AnEndpointThatIsNoUrlIsRefusedByName) {
  const auto settings = settings_from(environment({{"AWS_ENDPOINT_URL_S3", "localhost:5000"}}), "");
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().kind, ErrorKind::invalid_input);
  EXPECT_NE(settings.error().text().find("AWS_ENDPOINT_URL_S3"), std::string::npos);
}

TEST(Settings, TheProfileSaysWhatTheEnvironmentDoesNot) {
  const TemporaryFolder folder;
  const auto path = (folder / "config").string();
  std::ofstream(path) << "[default]\nregion = us-east-1\n"
                         "[profile work]\nregion = eu-central-1\nservices = local\nuse_fips_endpoint = true\n"
                         "endpoint_url = http://all.example\n"
                         "[services local]\ns3 =\n  endpoint_url = http://s3.example:9000\n";
  const auto usual = settings_from(environment({{"AWS_CONFIG_FILE", path}}), "");
  ASSERT_TRUE(usual);
  EXPECT_EQ(usual->region, "us-east-1");
  EXPECT_FALSE(usual->fips);
  const auto work = settings_from(environment({{"AWS_CONFIG_FILE", path}, {"AWS_PROFILE", "work"}}), "");
  ASSERT_TRUE(work) << work.error().text();
  EXPECT_EQ(work->region, "eu-central-1");
  EXPECT_TRUE(work->fips);
  EXPECT_EQ(work->endpoints.at("s3").url(), "http://s3.example:9000");
  EXPECT_EQ(work->endpoints.at("sqs").url(), "http://all.example");
  const auto ignored = settings_from(environment({{"AWS_CONFIG_FILE", path},
                                                  {"AWS_PROFILE", "work"},
                                                  {"AWS_REGION", "eu-west-1"},
                                                  {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}}),
                                     "");
  EXPECT_EQ(ignored->region, "eu-west-1");
  EXPECT_TRUE(ignored->endpoints.empty());
}

}  // namespace
}  // namespace docmill::aws
