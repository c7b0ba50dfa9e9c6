#include "cli/mode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/options/extract.h"
#include "cli/options/output.h"
#include "cli/options/queue.h"
#include "cli/options/region.h"
#include "cli/options/source.h"
#include "unit/cli/command_line.h"

namespace docmill {
namespace {

using testing::HasSubstr;

TEST_F(CommandLine, ModeIsAnotherSpellingOfTheCommand) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--mode", "sweep", "--in", "in", "--out", "out"},
        {"--in", "in", "--mode=sweep", "--out", "out"},
        {"--in", "in", "--out", "out", "--mode", "sweep"}}) {
    const auto result = parse(words);
    ASSERT_TRUE(result) << complaint(result);
    EXPECT_EQ(result->command, Command::sweep);
    EXPECT_EQ(result->settings.get<SourceOptions>().place.path(), dir_ / "in");
  }
  EXPECT_THAT(complaint(parse({"--mode", "swep"})), HasSubstr("unknown command swep; the nearest is sweep"));
  EXPECT_THAT(complaint(parse({"--in", "in", "--mode"})), HasSubstr("--mode needs a value"));
  EXPECT_EQ(sweep({"--mode", "sweep"})->command, Command::sweep);
  EXPECT_THAT(complaint(sweep({"--mode=worker"})), HasSubstr("the command is sweep, and --mode says worker"));
  EXPECT_EQ(parse({"extract", "--", "--mode"})->settings.get<ExtractOptions>().files,
            std::vector<std::string>{"--mode"});
}

// As deployments of before write it.
TEST_F(CommandLine, ModeSqsWorkerIsAWorkerInEveryForm) {
  const std::string url = "https://sqs.us-east-1.amazonaws.com/123456789012/pdfs";
  const std::vector<std::string> flags{"--queue-url",  url,     "--bucket", "docs",     "--in-prefix", "source-pdfs/",
                                       "--out-prefix", "text/", "--region", "us-east-1"};
  const Environment variables{{"DOCMILL_QUEUE_URL", url},
                              {"DOCMILL_BUCKET", "docs"},
                              {"DOCMILL_IN_PREFIX", "source-pdfs/"},
                              {"DOCMILL_OUT_PREFIX", "text/"},
                              {"AWS_REGION", "us-east-1"}};
  const auto expect_worker = [&](const Result<Invocation>& result) {
    ASSERT_TRUE(result) << complaint(result);
    EXPECT_EQ(result->command, Command::worker);
    EXPECT_EQ(result->settings.get<QueueOptions>().uri, url);
    EXPECT_EQ(result->settings.get<SourceOptions>().place.uri(), "s3://docs/source-pdfs/");
    EXPECT_EQ(result->settings.get<OutputOptions>().place.uri(), "s3://docs/text/");
    EXPECT_EQ(result->settings.get<RegionOptions>().name, "us-east-1");
    EXPECT_THAT(result->unknown_variables, testing::IsEmpty());
  };
  const auto with_flags = [&](std::vector<std::string> before, const std::vector<std::string>& after) {
    before.insert(before.end(), flags.begin(), flags.end());
    before.insert(before.end(), after.begin(), after.end());
    return parse(before);
  };
  expect_worker(with_flags({"--mode", "sqs-worker"}, {}));
  expect_worker(with_flags({"--mode=sqs-worker"}, {}));
  expect_worker(with_flags({}, {"--mode", "sqs-worker"}));
  expect_worker(with_flags({}, {"--mode=sqs-worker"}));
  expect_worker(with_flags({"sqs-worker"}, {}));
  expect_worker(with_flags({"worker"}, {"--mode", "sqs-worker"}));
  surroundings_.environment = {{"DOCMILL_MODE", "sqs-worker"}};
  expect_worker(with_flags({}, {}));
  surroundings_.environment = variables;
  expect_worker(parse({"--mode", "sqs-worker"}));
  surroundings_.environment["DOCMILL_MODE"] = "sqs-worker";
  expect_worker(parse({}));
  EXPECT_EQ(parse({"--help"})->command, Command::help);
  EXPECT_EQ(parse({"version"})->command, Command::version);
}

}  // namespace
}  // namespace docmill
