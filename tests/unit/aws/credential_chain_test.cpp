// The real chain, with the environment of each case: the container's and the instance's endpoints are the test's own.
#include "aws/credential_chain.h"

#include <gtest/gtest.h>

#include <map>

#include "net/http_client.h"
#include "unit/net/raw_server.h"
#include "unit/store/temporary_folder.h"

namespace docmill::aws {
namespace {

using Variables = std::map<std::string, std::string>;

/// Only these of AWS's variables are set; no file of the machine is read.
class ChainEnvironment {
 public:
  explicit ChainEnvironment(Variables variables) {
    for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE",
                             "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                             "AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"})
      ::unsetenv(name);
    variables.try_emplace("AWS_CONFIG_FILE", "/nonexistent/config");
    variables.try_emplace("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials");
    variables.try_emplace("AWS_EC2_METADATA_DISABLED", "true");
    for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
  }
};

Result<Credentials> fetch(Variables variables) {
  const ChainEnvironment environment(std::move(variables));
  const auto http = *net::HttpClient::create({});
  auto chain = default_chain(http->runtime(), {.region = "us-east-1", .profile = "default"});
  if (!chain) return std::unexpected(chain.error());
  return (*chain)->fetch();
}

constexpr char role_json[] =
    R"({"AccessKeyId":"ROLEKEY","SecretAccessKey":"s","Token":"t","Expiration":"2030-01-02T03:04:05Z","Code":"Success"})";

TEST(CredentialChain, TheEnvironmentComesFirst) {
  const auto credentials =
      fetch({{"AWS_ACCESS_KEY_ID", "ENVKEY"}, {"AWS_SECRET_ACCESS_KEY", "secret"}, {"AWS_SESSION_TOKEN", "token"}});
  ASSERT_TRUE(credentials) << credentials.error().text();
  EXPECT_EQ(credentials->access_key_id, "ENVKEY");
  EXPECT_EQ(credentials->secret_access_key, "secret");
  EXPECT_EQ(credentials->session_token, "token");
  EXPECT_FALSE(credentials->expires_at);
}

TEST(CredentialChain, ThenTheProfile) {
  const TemporaryFolder folder;
  folder.write("credentials", "[default]\naws_access_key_id = FILEKEY\naws_secret_access_key = secret\n");
  const auto credentials = fetch({{"AWS_SHARED_CREDENTIALS_FILE", (folder / "credentials").string()}});
  ASSERT_TRUE(credentials) << credentials.error().text();
  EXPECT_EQ(credentials->access_key_id, "FILEKEY");
}

TEST(CredentialChain, ThenTheContainersEndpoint) {
  RawServer container([](const auto& c, const auto& request) {
    if (request.header("authorization") == "secret")
      c.reply(200, role_json);
    else
      c.reply(401, "");
    return true;
  });
  const auto uri = container.endpoint().url() + "/role";
  const auto credentials =
      fetch({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", uri}, {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret"}});
  ASSERT_TRUE(credentials) << credentials.error().text();
  EXPECT_EQ(credentials->access_key_id, "ROLEKEY");
  EXPECT_EQ(iso8601(*credentials->expires_at), "2030-01-02T03:04:05.000000Z");
  EXPECT_EQ(container.requests().front().line, "GET /role HTTP/1.1");
}

TEST(CredentialChain, AContainersEndpointThatAnswersNothingMayAnswerLater) {
  RawServer container([](const auto& c, const auto&) {
    c.reply(500, "");
    return true;
  });
  const auto credentials = fetch({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", container.endpoint().url() + "/role"}});
  ASSERT_FALSE(credentials);
  EXPECT_EQ(credentials.error().kind, ErrorKind::unavailable);
}

TEST(CredentialChain, AContainersEndpointElsewhereIsNotAsked) {
  const auto credentials = fetch({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1/role"}});
  ASSERT_FALSE(credentials);
  EXPECT_EQ(credentials.error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(credentials.error().subject, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

bool metadata(const ServerConnection& c, const ReceivedRequest& request, bool version_2) {
  const bool has_token = request.header("x-aws-ec2-metadata-token") == "TOKEN";
  if (request.line.starts_with("PUT /latest/api/token"))
    version_2 ? c.reply(200, "TOKEN") : c.reply(403, "");
  else if (version_2 && !has_token)
    c.reply(401, "");
  else if (request.line.starts_with("GET /latest/meta-data/iam/security-credentials/role"))
    c.reply(200, role_json);
  else if (request.line.starts_with("GET /latest/meta-data/iam/security-credentials"))
    c.reply(200, "role");
  else
    c.reply(404, "");
  return true;
}

TEST(CredentialChain, ThenTheInstancesMetadata) {
  RawServer instance([](const auto& c, const auto& request) { return metadata(c, request, true); });
  const auto credentials =
      fetch({{"AWS_EC2_METADATA_DISABLED", "false"}, {"AWS_EC2_METADATA_SERVICE_ENDPOINT", instance.endpoint().url()}});
  ASSERT_TRUE(credentials) << credentials.error().text();
  EXPECT_EQ(credentials->access_key_id, "ROLEKEY");
}

TEST(CredentialChain, MetadataWithoutATokenIsRefused) {
  RawServer instance([](const auto& c, const auto& request) { return metadata(c, request, false); });
  const auto credentials =
      fetch({{"AWS_EC2_METADATA_DISABLED", "false"}, {"AWS_EC2_METADATA_SERVICE_ENDPOINT", instance.endpoint().url()}});
  ASSERT_FALSE(credentials);
  EXPECT_EQ(credentials.error().kind, ErrorKind::denied);
  for (const auto& request : instance.requests()) EXPECT_TRUE(request.line.starts_with("PUT ")) << request.line;
}

TEST(CredentialChain, NoneAnywhereIsToldWithWhatToDo) {
  const auto credentials = fetch({});
  ASSERT_FALSE(credentials);
  EXPECT_EQ(credentials.error().kind, ErrorKind::denied);
  EXPECT_NE(credentials.error().message.find("AWS_ACCESS_KEY_ID"), std::string::npos);
}

}  // namespace
}  // namespace docmill::aws
