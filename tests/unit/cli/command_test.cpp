#include "cli/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "cli/config_command.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

/// A working directory with a folder `in`, and a command line read in it.
class CommandLine : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(dir_);
    fs::create_directories(dir_ / "in");
    surroundings_ = {.working_dir = dir_, .program_dir = "/opt/docmill/bin", .cores = 3};
  }
  void TearDown() override { fs::remove_all(dir_); }

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

  const fs::path dir_ = fs::canonical(testing::TempDir()) /
                        (std::string("cli_") + testing::UnitTest::GetInstance()->current_test_info()->name());
  Surroundings surroundings_;
};

TEST_F(CommandLine, DefaultsAreThoseOfTheIssue) {
  const auto result = sweep({});
  ASSERT_TRUE(result) << complaint(result);
  const Settings& settings = result->settings;
  EXPECT_EQ(result->command, Command::sweep);
  EXPECT_EQ(settings.in.path(), dir_ / "in");
  EXPECT_EQ(settings.out.path(), dir_ / "out");
  EXPECT_EQ(settings.recipe.ocr_dpi, 200U);
  EXPECT_EQ(settings.recipe.batch_size, 50U);
  EXPECT_EQ(settings.recipe.text_length_min, 20U);
  EXPECT_EQ(settings.recipe.ocr_languages, "eng");
  EXPECT_TRUE(settings.skip_if_exists);
  EXPECT_EQ(settings.grace, std::chrono::seconds(30));
  EXPECT_EQ(settings.sandbox.slots, 3U);
  EXPECT_EQ(settings.sandbox.program, "/opt/docmill/bin/docmill-extract");
  EXPECT_EQ(settings.sandbox.mode, SandboxMode::require);
  EXPECT_EQ(settings.log.level, log::Level::info);
  EXPECT_EQ(settings.log.format, log::Format::json);
}

TEST_F(CommandLine, FlagBeatsEnvironmentBeatsDotenvBeatsConfigFileBeatsDefault) {
  EXPECT_EQ(origin(sweep({}), "ocr-dpi"), "200 default");
  file("c.json", R"({"ocr_dpi": 101})");
  const std::vector<std::string> config{"--config", "c.json"};
  EXPECT_EQ(origin(sweep(config), "ocr-dpi"), "101 config file " + (dir_ / "c.json").string());
  file(".env", "OCR_DPI=102\n");
  EXPECT_EQ(origin(sweep(config), "ocr-dpi"), "102 .env OCR_DPI");
  surroundings_.environment["OCR_DPI"] = "103";
  EXPECT_EQ(origin(sweep(config), "ocr-dpi"), "103 environment OCR_DPI");
  const auto result = sweep({"--config", "c.json", "--ocr-dpi", "104"});
  EXPECT_EQ(origin(result, "ocr-dpi"), "104 flag --ocr-dpi");
  EXPECT_EQ(result->settings.recipe.ocr_dpi, 104U);
}

TEST_F(CommandLine, KnowsTheVariablesThatPipelinesAlreadySet) {
  surroundings_.environment = {
      {"OCR_DPI", "300"},       {"BATCH_SIZE", "7"},      {"MIN_TEXT_LEN", "0"}, {"SKIP_IF_EXISTS", "FALSE"},
      {"LOG_LEVEL", "Warning"}, {"DOCMILL_WORKERS", "9"}, {"PATH", "/bin"}};
  const auto result = sweep({});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(result->settings.recipe.ocr_dpi, 300U);
  EXPECT_EQ(result->settings.recipe.batch_size, 7U);
  EXPECT_EQ(result->settings.recipe.text_length_min, 0U);
  EXPECT_FALSE(result->settings.skip_if_exists);
  EXPECT_EQ(result->settings.log.level, log::Level::warning);
  EXPECT_EQ(result->settings.sandbox.slots, 9U);
}

TEST_F(CommandLine, ForceIsTheInverseOfSkipIfExists) {
  EXPECT_FALSE(sweep({"--force"})->settings.skip_if_exists);
  EXPECT_FALSE(sweep({"--skip-if-exists=false"})->settings.skip_if_exists);
  EXPECT_TRUE(sweep({"--force", "--skip-if-exists"})->settings.skip_if_exists);
  surroundings_.environment["SKIP_IF_EXISTS"] = "true";
  EXPECT_FALSE(sweep({"--force"})->settings.skip_if_exists);
}

TEST_F(CommandLine, LimitsReachTheRecipeAndTheSandbox) {
  const auto result = sweep({"--page-timeout", "90s", "--child-memory=2GiB", "--ocr-languages", "eng+deu"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(result->settings.sandbox.limits.page_timeout, std::chrono::seconds(90));
  EXPECT_EQ(result->settings.sandbox.limits.child_memory_bytes_max, 2 * GiB);
  EXPECT_EQ(result->settings.sandbox.ocr_languages, "eng+deu");
}

TEST_F(CommandLine, LogFormatIsTextOnATerminal) {
  surroundings_.stderr_is_terminal = true;
  EXPECT_EQ(sweep({})->settings.log.format, log::Format::text);
  EXPECT_EQ(sweep({"--log-format", "json"})->settings.log.format, log::Format::json);
}

TEST_F(CommandLine, OutOfRangeValuesNameOptionValueAndRange) {
  EXPECT_EQ(complaint(sweep({"--ocr-dpi", "9"})),
            "docmill sweep: --ocr-dpi 9: expected a whole number from 50 to 600\nSee docmill sweep --help\n");
  surroundings_.environment["BATCH_SIZE"] = "0";
  EXPECT_THAT(complaint(sweep({})), HasSubstr("BATCH_SIZE=0 (environment): expected a whole number from 1 to 100000"));
  file("c.json", R"({"workers": 257})");
  surroundings_.environment = {{"DOCMILL_CONFIG", "c.json"}};
  EXPECT_THAT(complaint(sweep({})), HasSubstr("\"workers\": 257 (" + (dir_ / "c.json").string() +
                                              "): expected a whole number from 1 to 256"));
  surroundings_.environment = {};
  EXPECT_THAT(complaint(sweep({"--sandbox", "none"})), HasSubstr("expected strict, require or off"));
  EXPECT_THAT(complaint(sweep({"--ocr-languages", "../x"})), HasSubstr("--ocr-languages ../x: expected Tesseract's"));
}

TEST_F(CommandLine, MistypedNamesAreAnsweredWithTheNearest) {
  EXPECT_THAT(complaint(parse({"swep"})), HasSubstr("unknown command swep; the nearest is sweep"));
  EXPECT_THAT(complaint(sweep({"--ocr-dip=300"})), HasSubstr("unknown option --ocr-dip; the nearest is --ocr-dpi"));
  EXPECT_THAT(complaint(sweep({"-workers", "2"})), HasSubstr("unknown option -workers; the nearest is --workers"));
  EXPECT_THAT(complaint(sweep({"--forse"})), HasSubstr("the nearest is --force"));
  EXPECT_THAT(complaint(sweep({"--format", "json"})), HasSubstr("--format is an option of docmill extract"));
  EXPECT_THAT(complaint(parse({"help", "shwo"})), HasSubstr("the nearest is show"));
}

TEST_F(CommandLine, UnknownVariablesAreErrorsThatNameTheNearest) {
  surroundings_.environment = {{"DOCMILL_WORKER", "2"}};
  EXPECT_THAT(complaint(sweep({})), HasSubstr("environment: unknown variable DOCMILL_WORKER; the nearest is "
                                              "DOCMILL_WORKERS"));
  surroundings_.environment = {{"DOCMILL_OCR_DPI", "300"}};
  EXPECT_THAT(complaint(sweep({})), HasSubstr("the nearest is OCR_DPI"));
  surroundings_.environment = {{"DOCMILL_FORCE", "1"}};
  EXPECT_THAT(complaint(sweep({})), HasSubstr("the nearest is SKIP_IF_EXISTS=false"));
  surroundings_.environment = {};
  file(".env", "DOCMILL_GRACES=1s\nOTHER_PROGRAM=1\n");
  EXPECT_THAT(complaint(sweep({})), HasSubstr(".env: unknown variable DOCMILL_GRACES; the nearest is DOCMILL_GRACE"));
}

TEST_F(CommandLine, UnknownConfigKeysAreErrorsThatNameTheNearest) {
  file("c.json", R"({"ocr_dpl": 300})");
  EXPECT_THAT(complaint(sweep({"--config", "c.json"})),
              HasSubstr("c.json: unknown key \"ocr_dpl\"; the nearest is \"ocr_dpi\""));
  file("c.json", R"({"force": true})");
  EXPECT_THAT(complaint(sweep({"--config", "c.json"})), HasSubstr("\"skip_if_exists\": false"));
  file("c.json", R"({"config": "d.json"})");
  EXPECT_THAT(complaint(sweep({"--config", "c.json"})), HasSubstr("unknown key \"config\""));
}

TEST_F(CommandLine, TheFailpointVariableIsReservedInTestBuilds) {
  surroundings_.environment = {{"DOCMILL_FAIL", "step:kill"}};
  EXPECT_TRUE(sweep({}));
}

TEST_F(CommandLine, AMissingOrBrokenFileIsNamed) {
  EXPECT_THAT(complaint(sweep({"--config", "none.json"})), HasSubstr("none.json: No such file"));
  EXPECT_THAT(complaint(sweep({"--passwords-file", "none.txt"})), HasSubstr("none.txt: No such file"));
  file("c.json", "{");
  EXPECT_THAT(complaint(sweep({"--config", "c.json"})), HasSubstr("c.json: no JSON from byte"));
  file(".env", "OCR_DPI 300\n");
  EXPECT_THAT(complaint(sweep({})), HasSubstr(".env: line 1: expected KEY=VALUE"));
}

TEST_F(CommandLine, AFolderNamedDotenvIsNoSettingsFile) {
  fs::create_directory(dir_ / ".env");
  EXPECT_TRUE(sweep({}));
}

TEST_F(CommandLine, ValuesAreNeededWhereAFlagHasThem) {
  EXPECT_THAT(complaint(parse({"sweep", "--in", "--out", "o"})), HasSubstr("--in needs a value: --in DIR"));
  EXPECT_THAT(complaint(sweep({"--ocr-dpi"})), HasSubstr("--ocr-dpi needs a value"));
  EXPECT_THAT(complaint(sweep({"--force=true"})), HasSubstr("--force takes no value"));
  EXPECT_THAT(complaint(sweep({"--skip-if-exists", "false"})), HasSubstr("unexpected argument false"));
  EXPECT_THAT(complaint(sweep({"--skip-if-exists=maybe"})), HasSubstr("expected true or false"));
}

TEST_F(CommandLine, SweepNeedsAFolderToReadAndOneToWrite) {
  EXPECT_THAT(complaint(parse({"sweep", "--out", "out"})), HasSubstr("--in is missing"));
  EXPECT_THAT(complaint(parse({"sweep", "--in", "in"})), HasSubstr("--out is missing"));
  EXPECT_THAT(complaint(parse({"sweep", "--in", "nowhere", "--out", "out"})),
              HasSubstr("--in " + (dir_ / "nowhere").string() + ": there is no such folder"));
  file("plain", "");
  EXPECT_THAT(complaint(parse({"sweep", "--in", "plain", "--out", "out"})), HasSubstr("this is not a folder"));
  EXPECT_THAT(complaint(parse({"sweep", "--in", "in", "--out", "plain"})), HasSubstr("this is not a folder"));
  EXPECT_THAT(complaint(parse({"sweep", "--in", "s3://b/p", "--out", "out"})), HasSubstr("--in s3://b/p: expected s3://BUCKET/PREFIX"));
}

TEST_F(CommandLine, OutThatEqualsOrContainsInIsRefused) {
  fs::create_directory_symlink(dir_ / "in", dir_ / "link");
  for (const char* out : {"in", "in/", "./in/../in", ".", "..", "/", "link", "in/x/.."})
    EXPECT_THAT(complaint(parse({"sweep", "--in", "in", "--out", out})), HasSubstr("this is --in or contains it"))
        << out;
}

TEST_F(CommandLine, OutBelowInIsLeftOutOfTheSweep) {
  EXPECT_EQ(parse({"sweep", "--in", "in", "--out", "in/results/new"})->settings.out_prefix, "results/new/");
  EXPECT_EQ(parse({"sweep", "--in", "in/", "--out", "in2"})->settings.out_prefix, "");
}

TEST_F(CommandLine, PasswordsAreReadAndNeverShown) {
  file("pw", "canary one\r\n\n päss \nlast");
  const auto result = sweep({"--passwords-file", "pw"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(result->settings.passwords, (std::vector<std::string>{"canary one", " päss ", "last"}));
  EXPECT_THAT(config_text(*result), Not(HasSubstr("canary")));
  EXPECT_THAT(config_text(*result), HasSubstr((dir_ / "pw").string()));
}

TEST_F(CommandLine, ExtractTakesFilesPagesAndAFormat) {
  const auto result = parse({"extract", "a.pdf", "--pages", "2-3", "--format=ndjson", "--", "-b.pdf"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(result->settings.files, (std::vector<std::string>{"a.pdf", "-b.pdf"}));
  EXPECT_EQ(result->settings.pages, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(result->settings.format, ExtractFormat::ndjson);
  EXPECT_THAT(complaint(parse({"extract"})), HasSubstr("a FILE is missing"));
}

TEST_F(CommandLine, ShowTakesFilesAndAPage) {
  const auto result = parse({"show", "a.parquet", "b.parquet", "--page", "3"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(result->settings.page_number, 3U);
  EXPECT_EQ(result->settings.files, (std::vector<std::string>{"a.parquet", "b.parquet"}));
  EXPECT_THAT(complaint(parse({"show"})), HasSubstr("a FILE is missing"));
  EXPECT_THAT(complaint(parse({"sweep", "in", "out"})),
              HasSubstr("unexpected argument in; folders are named by flags"));
  EXPECT_THAT(complaint(parse({"show", "a", "--page", "0"})), HasSubstr("expected a whole number from 1"));
}

TEST_F(CommandLine, VersionAndHelpWorkInABrokenEnvironment) {
  surroundings_.environment = {{"DOCMILL_NONSENSE", "1"}};
  EXPECT_EQ(parse({"version", "--json"})->settings.json, true);
  EXPECT_EQ(parse({"--version"})->command, Command::version);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--help"}, {"-h"}, {"help"}}) {
    EXPECT_EQ(parse(words)->command, Command::help);
    EXPECT_THAT(parse(words)->help, HasSubstr("Usage: docmill COMMAND"));
  }
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"sweep", "--help"}, {"help", "sweep"}, {"sweep", "--in", "nowhere", "-h"}})
    EXPECT_THAT(parse(words)->help, HasSubstr("Usage: docmill sweep"));
}

TEST_F(CommandLine, NoCommandIsAUsageError) { EXPECT_THAT(complaint(parse({})), HasSubstr("a command is missing")); }

TEST_F(CommandLine, ComplaintsCarryNoControlCharacters) {
  for (const std::string& text :
       {complaint(parse({"a\x1b[2J"})), complaint(sweep({"--a\x1b[2J"})), complaint(sweep({"--ocr-dpi", "\x1b[2J"}))})
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST_F(CommandLine, ConfigTellsValuesAndOrigins) {
  surroundings_.environment = {{"OCR_DPI", "300"}};
  const auto result = parse({"config", "--workers", "4"});
  ASSERT_TRUE(result) << complaint(result);
  const std::string text = config_text(*result);
  EXPECT_THAT(text, testing::ContainsRegex("ocr-dpi +300 +environment OCR_DPI\n"));
  EXPECT_THAT(text, testing::ContainsRegex("workers +4 +flag --workers\n"));
  EXPECT_THAT(text, testing::ContainsRegex("page-timeout +1m +default\n"));
  EXPECT_THAT(text, HasSubstr("recipe hash " + hash_of(result->settings.recipe)));
}

}  // namespace
}  // namespace docmill
