#include "cli/commands.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
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

TEST(Options, OfOneCommandHaveNamesOfTheirOwn) {
  for (const CommandInfo& info : commands()) {
    std::set<std::string> flags;
    std::set<std::string> variables;
    for (const Option* option : options_of(info)) {
      EXPECT_TRUE(flags.emplace(option->flag).second) << info.name << " " << option->flag;
      for (const std::string& variable : option->environment_names())
        EXPECT_TRUE(variables.insert(variable).second) << info.name << " " << variable;
      for (const std::string_view other : {option->letter, option->inverse, option->alias}) {
        EXPECT_TRUE(other.empty() || flags.emplace(other).second) << info.name << " " << other;
      }
    }
  }
}

TEST(Options, AcceptTheirOwnDefaults) {
  for (const CommandInfo& info : commands()) {
    GroupValues values = defaults_of(info, {});
    for (const Option* option : options_of(info)) {
      const std::string shown = option->binding.initial;
      if (shown.empty()) continue;
      EXPECT_EQ(option->binding.assign(values, shown), std::nullopt) << option->flag << " " << shown;
      EXPECT_EQ(option->binding.show(values), shown) << option->flag;
    }
  }
}

TEST(Options, UnderOneHeadingStandTogetherInEveryCommand) {
  for (const CommandInfo& info : commands()) {
    std::set<Heading> ended;
    std::optional<Heading> heading;
    for (const Option* option : options_of(info)) {
      if (option->heading == heading) continue;
      EXPECT_TRUE(ended.insert(option->heading).second) << info.name << " " << name_of(option->heading);
      heading = option->heading;
    }
  }
}

// `docmill config` tells the settings of sweep and worker, and takes no flag that is none.
TEST(Options, OfConfigAreThoseOfSweepAndWorkerThatHaveAVariable) {
  std::set<const Option*> expected{find_option(info_of(Command::config), "json")};
  for (const Command command : {Command::sweep, Command::worker})
    for (const Option* option : options_of(info_of(command)))
      if (!option->flag_only) expected.insert(option);
  const auto of_config = options_of(info_of(Command::config));
  EXPECT_EQ(std::set<const Option*>(of_config.begin(), of_config.end()), expected);
  EXPECT_EQ(of_config.size(), expected.size());
}

TEST(Options, CommandsStandInTheOrderOfTheirEnum) {
  for (const CommandInfo& info : commands()) EXPECT_EQ(&info_of(info.command), &info);
}

TEST(Help, OfSweepIsAsExpected) { EXPECT_EQ(help_of(info_of(Command::sweep)), golden("sweep_help.txt")); }

TEST(Help, OfTheProgramIsAsExpected) { EXPECT_EQ(help_of_program(), golden("help.txt")); }

TEST(Help, NamesEveryVisibleOptionOfEveryCommand) {
  for (const CommandInfo& info : commands())
    for (const Option* option : options_of(commands())) {
      const bool named = std::regex_search(help_of(info), std::regex(fmt::format("\n  --{}[ \n]", option->flag)));
      const bool has_it = find_option(info, option->flag) != nullptr;
      const bool is_alias =
          std::ranges::any_of(options_of(info), [&](const Option* other) { return other->alias == option->flag; });
      EXPECT_EQ(named, (has_it && !option->hidden) || is_alias) << info.name << " " << option->flag;
    }
}

TEST(Help, FitsATerminal) {
  for (const CommandInfo& info : commands()) {
    std::istringstream lines(help_of(info));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  }
}

}  // namespace
}  // namespace docmill
