#include "aws/signer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "aws/s3_service.h"
#include "aws/sqs_service.h"
#include "unit/aws/fixed_credentials.h"
#include "unit/store/temporary_folder.h"

namespace docmill::aws {
namespace {

constexpr WallTime at{std::chrono::seconds(1'440'938'160)};  // 2015-08-30T12:36:00Z

// AWS's S3 example: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "GET Object".
TEST(Signer, SignsTheExampleOfS3sReference) {
  net::Request request;
  request.endpoint.host = "examplebucket.s3.amazonaws.com";
  request.target = "/test.txt";
  request.headers = {{"Range", "bytes=0-9"}};
  const Credentials credentials{.access_key_id = "AKIAIOSFODNN7EXAMPLE",
                                .secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
  const WallTime day{std::chrono::seconds(1'369'353'600)};  // 2013-05-24T00:00:00Z
  ASSERT_TRUE(sign(request, credentials,
                   {.service = s3_service,
                    .region = "us-east-1",
                    .time = day,
                    .body_hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}));
  EXPECT_EQ(find(request.headers, "Authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

/// Bytes that keys really have, and all the others now and then.
std::string random_key(std::mt19937_64& random) {
  static constexpr std::string_view usual = "abcXYZ019/=+ %~-_.!*'();:@&,?#[]\"<>\\^`{|}$";
  std::string key;
  const auto length = 1 + random() % 60;
  while (key.size() < length) {
    switch (random() % 8) {
      case 0:
        key.push_back(static_cast<char>(random() % 256));
        break;
      case 1:
        key += "\xc3\xbc";
        break;
      case 2:
        key += random() % 2 == 0 ? "//" : "/../";
        break;
      case 3:
        key += "%2F";
        break;
      default:
        key.push_back(usual[random() % usual.size()]);
    }
  }
  return key;
}

nlohmann::json random_case(std::mt19937_64& random) {
  const bool s3 = random() % 4 != 0;
  const auto key = random_key(random);
  Settings settings{.region = "eu-central-1"};
  Query query;
  for (auto n = random() % 4; n > 0; --n)
    query.emplace_back(random_key(random), random() % 3 == 0 ? "" : random_key(random));
  auto address = s3 ? s3_address(settings, random() % 2 == 0 ? "bucket" : "", key, query) : sqs_address(settings, "");
  net::Request request;
  request.method = s3 ? "PUT" : "POST";
  request.endpoint = address->endpoint;
  request.target = address->target;
  request.headers = {{"Content-Type", "text/plain"}, {"x-amz-meta-a", "two  spaces"}, {"If-None-Match", "*"}};
  const std::string body = "{\"n\": " + std::to_string(random()) + "}";
  request.body = std::string_view(body);
  auto credentials = canary_credentials();
  if (random() % 2 == 0) credentials.session_token.clear();
  const Service& service = s3 ? s3_service : sqs_service;
  const auto hash = *body_hash(service, request);
  EXPECT_TRUE(
      sign(request, credentials, {.service = service, .region = "eu-central-1", .time = at, .body_hash = hash}));
  std::string key_hex;
  for (const unsigned char c : key) key_hex += fmt::format("{:02x}", c);
  nlohmann::json headers;
  for (const auto& [name, value] : request.headers) headers[name] = value;
  return {{"service", service.name()},
          {"region", "eu-central-1"},
          {"method", request.method},
          {"url", request.endpoint.url()},
          {"target", request.target},
          {"key", key_hex},
          {"headers", headers},
          {"body", body},
          {"access_key_id", credentials.access_key_id},
          {"secret_access_key", credentials.secret_access_key},
          {"session_token", credentials.session_token}};
}

TEST(Signer, AgreesWithBotocoreOnRandomKeysAndQueries) {
  const TemporaryFolder folder;
  constexpr int count = 4'000;
  std::mt19937_64 random(7);
  {
    std::ofstream file(folder / "cases");
    for (int i = 0; i < count; ++i) file << random_case(random).dump() << '\n';
  }
  const std::string command = DOCMILL_SOURCE_DIR "/.deps/venv/bin/python " DOCMILL_SOURCE_DIR
                                                 "/tests/unit/aws/sign_oracle.py " +
                              (folder / "cases").string() + " 2>&1";
  FILE* const oracle = ::popen(command.c_str(), "r");
  ASSERT_NE(oracle, nullptr);
  std::string said(100'000, '\0');
  said.resize(std::fread(said.data(), 1, said.size(), oracle));
  EXPECT_EQ(::pclose(oracle), 0);
  EXPECT_EQ(said, std::to_string(count) + "\n");
}

}  // namespace
}  // namespace docmill::aws
