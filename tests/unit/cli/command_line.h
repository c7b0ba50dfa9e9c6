// Command lines as tests read them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/options/quiet.h"
#include "cli/options/summary.h"

namespace docmill {

/// A working directory with a folder `in`, and a command line read in it.
class CommandLine : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_ / "in");
    surroundings_ = {.working_dir = dir_, .program_dir = "/opt/docmill/bin", .cores = 3};
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  void file(const std::string& name, const std::string& text) const { std::ofstream(dir_ / name) << text; }

  Result<Invocation> parse(const std::vector<std::string>& words) const {
    return parse_command_line(words, surroundings_);
  }
  Result<Invocation> sweep(std::vector<std::string> words) const {
    words.insert(words.begin(), {"sweep", "--in", "in", "--out", "out"});
    return parse(words);
  }
  static std::string complaint(const Result<Invocation>& result) {
    if (result) return "no complaint";
    EXPECT_EQ(result.error().kind, ErrorKind::invalid_input);
    return usage_error_text(result.error());
  }
  static std::string origin(const Result<Invocation>& result, std::string_view flag) {
    for (const SettingInForce& setting : result.value().in_force)
      if (setting.option->flag == flag) return setting.value + " " + setting.origin;
    return "";
  }

  static bool prints_summary(const Result<Invocation>& result) {
    const GroupValues& settings = result.value().settings;
    return settings.get<SummaryOptions>().is_wanted(settings.get<QuietOptions>().on);
  }

  const std::filesystem::path dir_ =
      std::filesystem::canonical(testing::TempDir()) /
      (std::string("cli_") + testing::UnitTest::GetInstance()->current_test_info()->name());
  Surroundings surroundings_;
};

}  // namespace docmill
