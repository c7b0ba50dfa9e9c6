#include "telemetry/log.h"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "telemetry/stderr_line.h"

namespace docmill {
namespace {

using log::Format;
using log::Level;
using nlohmann::json;

// 2026-11-22T01:40:43.000123Z, by `date -u -d @1795311643`.
const WallTime some_time{std::chrono::microseconds(1'795'311'643'000'123)};

TEST(LogLevel, IsReadInAnyCase) {
  EXPECT_EQ(log::level_from("DEBUG"), Level::debug);
  EXPECT_EQ(log::level_from("Info"), Level::info);
  EXPECT_EQ(log::level_from("warn"), Level::warning);
  EXPECT_EQ(log::level_from("WARNING"), Level::warning);
  EXPECT_EQ(log::level_from("error"), Level::error);
  EXPECT_EQ(log::level_from("verbose"), std::nullopt);
  EXPECT_EQ(log::level_from(""), std::nullopt);
}

TEST(LogLine, IsAJsonObjectThatBeginsWithTimestampLevelAndEvent) {
  const std::string line = log::format_line(Format::json, some_time, Level::warning, "document_failed",
                                            {{"document", "a.pdf"}, {"page", 3}});
  EXPECT_EQ(line, R"({"timestamp":"2026-11-22T01:40:43.000123Z","level":"warning","event":"document_failed",)"
                  R"("document":"a.pdf","page":3})");
}

TEST(LogLine, CannotBeForgedByADocumentsName) {
  const std::string name = "a\n{\"level\":\"error\"}\r\x1b[2J\xFF\u009b\u2028.pdf";
  for (const Format format : {Format::json, Format::text}) {
    const std::string line = log::format_line(format, some_time, Level::info, "e", {{"document", name}});
    for (const char c : line) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << static_cast<int>(c);
  }
  const json parsed = json::parse(log::format_line(Format::json, some_time, Level::info, "e", {{"document", name}}));
  EXPECT_EQ(parsed.at("level"), "info");
  EXPECT_EQ(parsed.at("document"), "a\n{\"level\":\"error\"}\r\x1b[2J\uFFFD\u009b\u2028.pdf");
}

TEST(LogLine, IsReadableAsText) {
  EXPECT_EQ(
      log::format_line(Format::text, some_time, Level::info, "sweep_started", {{"in", "my docs"}, {"workers", 2}}),
      "01:40:43Z info    sweep_started in=\"my docs\" workers=2");
}

TEST(Log, WritesWholeLinesFromManyThreadsAtOrAboveItsLevel) {
  log::configure({.level = Level::info, .format = Format::json});
  testing::internal::CaptureStderr();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([t] {
        for (int i = 0; i < 50; ++i) {
          log::info("shown", {{"thread", t}, {"filler", std::string(500, 'x')}});
          log::debug("hidden", {});
        }
      });
  }
  flush_stderr();
  std::istringstream lines(testing::internal::GetCapturedStderr());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_EQ(json::parse(line).at("event"), "shown");
  EXPECT_EQ(count, 200);
}

}  // namespace
}  // namespace docmill
