#include "cli/options.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "cli/help.h"

namespace docmill {
namespace {

std::string golden(const std::string& name) {
  std::ifstream file(std::string(DOCMILL_SOURCE_DIR) + "/tests/unit/cli/golden/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Options, HaveNamesOfTheirOwn) {
  std::set<std::string> flags;
  std::set<std::string> variables;
  for (const Option& option : options()) {
    EXPECT_TRUE(flags.emplace(option.flag).second) << option.flag;
    EXPECT_TRUE(variables.insert(option.environment_name()).second) << option.flag;
    EXPECT_TRUE(option.letter.empty() || flags.emplace(option.letter).second) << option.letter;
    for (const std::string_view other : {option.inverse, option.alias}) {
      EXPECT_TRUE(other.empty() || flags.emplace(other).second) << other;
    }
  }
}

TEST(Options, AcceptTheirOwnDefaults) {
  for (const Option& option : options()) {
    Settings settings;
    const std::string shown = option.binding.show(settings);
    if (shown.empty()) continue;
    EXPECT_EQ(option.binding.assign(settings, shown), std::nullopt) << option.flag << " " << shown;
    EXPECT_EQ(option.binding.show(settings), shown) << option.flag;
  }
}

TEST(Options, OfOneGroupStandTogetherInEveryCommand) {
  for (const CommandInfo& info : commands()) {
    std::set<std::string_view> ended;
    std::string_view group;
    for (const Option& option : options()) {
      if (!option.commands.contains(info.command) || option.group == group) continue;
      EXPECT_TRUE(ended.insert(option.group).second) << info.name << " " << option.group;
      group = option.group;
    }
  }
}

TEST(Options, CommandsStandInTheOrderOfTheirEnum) {
  for (const CommandInfo& info : commands()) EXPECT_EQ(&info_of(info.command), &info);
}

TEST(Help, OfSweepIsAsExpected) { EXPECT_EQ(help_of(Command::sweep), golden("sweep_help.txt")); }

TEST(Help, OfTheProgramIsAsExpected) { EXPECT_EQ(help_of_program(), golden("help.txt")); }

TEST(Help, NamesEveryVisibleOptionOfEveryCommand) {
  for (const CommandInfo& info : commands())
    for (const Option& option : options()) {
      const bool named =
          std::regex_search(help_of(info.command), std::regex(fmt::format("\n  --{}[ \n]", option.flag)));
      EXPECT_EQ(named, option.commands.contains(info.command) && !option.hidden) << info.name << " " << option.flag;
    }
}

TEST(Help, FitsATerminal) {
  for (const CommandInfo& info : commands()) {
    std::istringstream lines(help_of(info.command));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  }
}

}  // namespace
}  // namespace docmill
