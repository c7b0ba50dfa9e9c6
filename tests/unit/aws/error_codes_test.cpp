#include "aws/error_codes.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <sstream>
#include <string>

namespace docmill::aws {
namespace {

/// What error_names.py says, from the models of the services.
std::string names_of_the_services() {
  const std::string command =
      DOCMILL_SOURCE_DIR "/.deps/venv/bin/python " DOCMILL_SOURCE_DIR "/tests/unit/aws/error_names.py 2>&1";
  FILE* const models = ::popen(command.c_str(), "r");
  if (models == nullptr) return {};
  std::string said(1'000'000, '\0');
  said.resize(std::fread(said.data(), 1, said.size(), models));
  EXPECT_EQ(::pclose(models), 0) << said;
  return said;
}

// A name that nobody has thought of ends a worker, or is blamed on a document.
TEST(ErrorCodes, EveryNameOfTheServicesHasItsCause) {
  std::istringstream lines(names_of_the_services());
  std::map<std::string, int> count;
  for (std::string service, name, again; lines >> service >> name >> again;) {
    ++count[service];
    const auto cause = cause_of(bare_code(name));
    ASSERT_TRUE(cause) << service << ": " << name;
    const bool passes = *cause == Cause::throttled || *cause == Cause::passing;
    EXPECT_TRUE(passes || again != "again") << service << ": " << name;
  }
  // What the models had when this was written; they only grow.
  EXPECT_GE(count["s3"], 20);
  EXPECT_GE(count["sqs"], 60);
  EXPECT_GE(count["sts"], 10);
  EXPECT_GE(count["sso"], 4);
  EXPECT_GE(count["kms"], 40);
}

// Amazon SQS API Reference, "ReceiveMessage", errors; the older names are those of its query protocol.
TEST(ErrorCodes, NamesOfBothProtocolsOfSqsMeanTheSame) {
  EXPECT_EQ(bare_code("AWS.SimpleQueueService.NonExistentQueue;Sender"), "QueueDoesNotExist");
  EXPECT_EQ(bare_code("com.amazonaws.sqs#QueueDoesNotExist"), "QueueDoesNotExist");
  for (const char* const name : {"KmsThrottled", "KMS.ThrottlingException"})
    EXPECT_EQ(cause_of(name), Cause::throttled) << name;
  for (const char* const name :
       {"KmsAccessDenied", "KMS.AccessDeniedException", "KmsDisabled", "KMS.DisabledException"})
    EXPECT_EQ(cause_of(name), Cause::kms_key) << name;
  EXPECT_EQ(cause_of(bare_code("AWS.SimpleQueueService.OverLimit")), Cause::throttled);
}

TEST(ErrorCodes, AnErrorOfKmsIsKnownByItsPrefix) {
  EXPECT_EQ(cause_of("KMS.SomethingNewException"), Cause::kms_key);
  EXPECT_EQ(cause_of("KMS.KMSInternalException"), Cause::passing);
  EXPECT_EQ(cause_of("SomethingNew"), std::nullopt);
}

}  // namespace
}  // namespace docmill::aws
