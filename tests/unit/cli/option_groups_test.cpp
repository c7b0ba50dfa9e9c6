// Commands as lists of groups: two of the tests' own, which declare one variable with two meanings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/assign.h"
#include "cli/bindings.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/layers.h"
#include "cli/settings_of.h"

namespace docmill {
namespace {

using testing::HasSubstr;
using testing::Not;

struct PageOptions {
  std::uint32_t pages = 50;

  static std::vector<Option> options() {
    return {{.flag = "batch-size",
             .value_name = "PAGES",
             .environment = "BATCH_SIZE",
             .heading = Heading::result,
             .help = "Pages in a row group.",
             .binding = bound::integer<PageOptions>({1, 100}, [](auto& group) -> auto& { return group.pages; })}};
  }
};

struct LoadOptions {
  std::uint64_t documents = 2'000;
  bool is_complete = false;
  std::uint32_t cores = 0;

  static std::vector<Option> options() {
    return {
        {.flag = "batch-size",
         .value_name = "DOCUMENTS",
         .environment = "BATCH_SIZE",
         .heading = Heading::result,
         .help = "Documents in a batch.",
         .binding = bound::integer<LoadOptions>({500, 9'000}, [](auto& group) -> auto& { return group.documents; })},
        {.flag = "table",
         .value_name = "NAME",
         .heading = Heading::places,
         .help = "A table.",
         .default_text = "none",
         .binding = bound::to<LoadOptions>(
             "", [](auto& group) -> auto& { return group.table; },
             [](std::string_view text) -> Parsed<std::string> { return std::string(text); },
             [](const std::string& table) { return table; })}};
  }
  void set_defaults(const Surroundings& surroundings) { cores = surroundings.cores; }
  void complete(const Surroundings& /*surroundings*/) { is_complete = true; }

  std::string table;
};

struct WhereOptions {
  std::string config;

  static std::vector<Option> options() {
    return {{.flag = "config",
             .value_name = "FILE",
             .heading = Heading::places,
             .help = "A file.",
             .binding = bound::text<WhereOptions>([](auto& group) -> auto& { return group.config; })},
            {.flag = "pace",
             .value_name = "WORD",
             .heading = Heading::result,
             .after = "batch-size",
             .help = "How fast.",
             .binding = bound::text<WhereOptions>([](auto& group) -> auto& { return group.pace; })}};
  }

  std::string pace;
};

using SettingsOfPages = SettingsOf<WhereOptions, PageOptions>;
using SettingsOfLoad = SettingsOf<WhereOptions, LoadOptions>;

template <typename Settings, typename Group>
concept Has = requires(const Settings& settings) { settings.template get<Group>(); };
static_assert(Has<SettingsOfPages, PageOptions> && !Has<SettingsOfPages, LoadOptions>);

class TwoCommands : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(dir_); }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  struct Read {
    GroupValues values;
    std::vector<SettingInForce> in_force;
    std::vector<std::string> unknown_variables;
  };

  /// As parse_command_line() does it, in a program that has only these two commands.
  Result<Read> read(const CommandInfo& command, const std::vector<std::string>& words) const {
    auto arguments = parse_arguments(command, words, both_);
    if (!arguments) return std::unexpected(arguments.error());
    const auto layers = read_layers(command, *std::move(arguments), surroundings_, both_);
    if (!layers) return std::unexpected(layers.error());
    Read read{
        .values = defaults_of(command, surroundings_), .in_force = {}, .unknown_variables = layers->unknown_variables};
    auto in_force = assign_all(read.values, command, *layers, surroundings_);
    if (!in_force) return std::unexpected(in_force.error());
    read.in_force = *std::move(in_force);
    return read;
  }
  std::string complaint(const CommandInfo& command, const std::vector<std::string>& words) const {
    const auto result = read(command, words);
    return result ? "no complaint" : result.error().text();
  }

  const std::filesystem::path dir_ =
      std::filesystem::canonical(testing::TempDir()) /
      (std::string("groups_") + testing::UnitTest::GetInstance()->current_test_info()->name());
  Surroundings surroundings_{.working_dir = dir_, .cores = 7};
  const std::array<CommandInfo, 2> both_{CommandInfo{.command = Command::sweep,
                                                     .name = "pages",
                                                     .arguments = "[options]",
                                                     .summary = "cuts pages",
                                                     .description = "Cuts pages.",
                                                     .reads_settings = true,
                                                     .groups = SettingsOfPages::groups()},
                                         CommandInfo{.command = Command::worker,
                                                     .name = "load",
                                                     .arguments = "[options]",
                                                     .summary = "loads documents",
                                                     .description = "Loads documents.",
                                                     .reads_settings = true,
                                                     .groups = SettingsOfLoad::groups()}};
  const CommandInfo& pages_ = both_[0];
  const CommandInfo& load_ = both_[1];
};

TEST_F(TwoCommands, ReadOneVariableEachInItsOwnMeaning) {
  surroundings_.environment = {{"BATCH_SIZE", "70"}};
  const auto pages = read(pages_, {});
  ASSERT_TRUE(pages) << pages.error().text();
  EXPECT_EQ(SettingsOfPages(pages->values).get<PageOptions>().pages, 70U);
  EXPECT_EQ(pages->values.find<LoadOptions>(), nullptr);
  EXPECT_EQ(complaint(load_, {}),
            "BATCH_SIZE=70 (environment): expected a whole number from 500 to 9000 (invalid_input)");
  surroundings_.environment = {{"BATCH_SIZE", "700"}};
  const auto load = read(load_, {});
  ASSERT_TRUE(load) << load.error().text();
  EXPECT_EQ(SettingsOfLoad(load->values).get<LoadOptions>().documents, 700U);
  EXPECT_EQ(complaint(pages_, {}),
            "BATCH_SIZE=700 (environment): expected a whole number from 1 to 100 (invalid_input)");
}

TEST_F(TwoCommands, ReadOneFlagAndOneKeyEachInItsOwnMeaning) {
  std::ofstream(dir_ / "c.json") << R"({"batch_size": 600, "table": "t"})";
  EXPECT_EQ(read(load_, {"--config", "c.json"})->values.get<LoadOptions>().documents, 600U);
  // The key that only the other command has is none of a mistyped one.
  EXPECT_EQ(read(pages_, {"--config", "c.json", "--batch-size", "3"})->values.get<PageOptions>().pages, 3U);
  EXPECT_THAT(complaint(pages_, {"--batch-size", "600"}),
              HasSubstr("--batch-size 600: expected a whole number from 1 to 100"));
  std::ofstream(dir_ / "c.json") << R"({"batch_sise": 600})";
  EXPECT_THAT(complaint(load_, {"--config", "c.json"}), HasSubstr("the nearest is \"batch_size\""));
}

TEST_F(TwoCommands, ToldByTheirHelpInTheirOwnMeaning) {
  const std::string pages = help_of(pages_);
  EXPECT_THAT(pages, HasSubstr("--batch-size PAGES"));
  EXPECT_THAT(pages, HasSubstr("Pages in a row group. [default 50; 1 to 100; BATCH_SIZE]"));
  EXPECT_THAT(pages, Not(HasSubstr("Documents in a batch")));
  const std::string load = help_of(load_);
  EXPECT_THAT(load, HasSubstr("--batch-size DOCUMENTS"));
  EXPECT_THAT(load, HasSubstr("Documents in a batch. [default 2000; 500 to 9000; BATCH_SIZE]"));
  EXPECT_THAT(load, Not(HasSubstr("Pages in a row group")));
}

TEST_F(TwoCommands, SayWhoseOptionOrVariableItIs) {
  EXPECT_THAT(complaint(pages_, {"--table", "x"}), HasSubstr("--table is an option of docmill load"));
  EXPECT_THAT(complaint(pages_, {"--batchsize=1"}),
              HasSubstr("unknown option --batchsize; the nearest is --batch-size"));
  surroundings_.environment = {{"DOCMILL_TABLE", "t"}, {"DOCMILL_TABEL", "t"}};
  EXPECT_THAT(read(pages_, {})->unknown_variables,
              testing::ElementsAre("DOCMILL_TABEL (environment), the nearest is DOCMILL_TABLE"));
}

TEST_F(TwoCommands, TellWhatIsInForceOfTheirOwnGroupsAlone) {
  const auto result = read(load_, {"--table", "t"});
  std::vector<std::string> told;
  for (const SettingInForce& setting : result->in_force)
    told.push_back(std::string(setting.option->flag) + "=" + setting.value + " " + setting.origin);
  EXPECT_EQ(told, (std::vector<std::string>{"config= default", "table=t flag --table", "batch-size=2000 default",
                                            "pace= default"}));
}

// Headings in their order; under one, in the order of the groups, and behind the option that `after` names.
TEST_F(TwoCommands, ShowOptionsUnderHeadingsInOrder) {
  const auto order_of = [](const std::vector<const Option*>& options) {
    std::vector<std::string_view> flags;
    for (const Option* option : options) flags.push_back(option->flag);
    return flags;
  };
  EXPECT_EQ(order_of(options_of(pages_)), (std::vector<std::string_view>{"config", "batch-size", "pace"}));
  EXPECT_EQ(order_of(options_of(load_)), (std::vector<std::string_view>{"config", "table", "batch-size", "pace"}));
  // What both take is one declaration; what both declare is two.
  EXPECT_EQ(order_of(options_of(both_)),
            (std::vector<std::string_view>{"config", "table", "batch-size", "pace", "batch-size"}));
}

TEST_F(TwoCommands, GiveGroupsTheMachinesDefaultsAndCompleteThem) {
  EXPECT_EQ(defaults_of(load_, surroundings_).get<LoadOptions>().cores, 7U);
  EXPECT_FALSE(defaults_of(load_, surroundings_).get<LoadOptions>().is_complete);
  EXPECT_TRUE(read(load_, {})->values.get<LoadOptions>().is_complete);
}

TEST(GroupValues, HoldsOneOfEachTypeAndCopiesAll) {
  GroupValues values;
  EXPECT_EQ(values.find<PageOptions>(), nullptr);
  EXPECT_EQ(values.get_or_default<PageOptions>().pages, 50U);
  values.add<PageOptions>().pages = 3;
  const GroupValues copy = values;
  values.get<PageOptions>().pages = 4;
  EXPECT_EQ(copy.get<PageOptions>().pages, 3U);
  EXPECT_EQ(values.get_or_default<PageOptions>().pages, 4U);
  EXPECT_EQ(values.find<PageOptions>()->pages, 4U);
  EXPECT_EQ(copy.find<LoadOptions>(), nullptr);
}

}  // namespace
}  // namespace docmill
