#include "cli/command.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/config_command.h"
#include "cli/options/children.h"
#include "cli/options/extract.h"
#include "cli/options/json.h"
#include "cli/options/log.h"
#include "cli/options/output.h"
#include "cli/options/passwords.h"
#include "cli/options/queue.h"
#include "cli/options/quiet.h"
#include "cli/options/repetition.h"
#include "cli/options/show.h"
#include "cli/options/source.h"
#include "cli/options/sweep.h"
#include "cli/recipe_of.h"
#include "unit/cli/command_line.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

TEST_F(CommandLine, DefaultsAreThoseOfTheIssue) {
  const auto result = sweep({});
  ASSERT_TRUE(result) << complaint(result);
  const GroupValues& settings = result->settings;
  EXPECT_EQ(result->command, Command::sweep);
  EXPECT_EQ(settings.get<SourceOptions>().place.path(), dir_ / "in");
  EXPECT_EQ(settings.get<OutputOptions>().place.path(), dir_ / "out");
  EXPECT_EQ(recipe_of(settings).ocr_dpi, 200U);
  EXPECT_EQ(recipe_of(settings).batch_size, 50U);
  EXPECT_EQ(recipe_of(settings).text_length_min, 20U);
  EXPECT_EQ(recipe_of(settings).ocr_languages, "eng");
  EXPECT_TRUE(settings.get<RepetitionOptions>().skip_if_exists);
  EXPECT_EQ(settings.get<SweepOptions>().grace, std::chrono::seconds(30));
  EXPECT_EQ(settings.get<ChildrenOptions>().slots, 3U);
  EXPECT_EQ(settings.get<ChildrenOptions>().program, "/opt/docmill/bin/docmill-extract");
  EXPECT_EQ(settings.get<ChildrenOptions>().mode, SandboxMode::require);
  EXPECT_EQ(settings.get<LogOptions>().settings.level, log::Level::info);
  EXPECT_EQ(settings.get<LogOptions>().settings.format, log::Format::json);
}

TEST_F(CommandLine, FlagBeatsEnvironmentBeatsEnvFileBeatsConfigFileBeatsDefault) {
  EXPECT_EQ(origin(sweep({}), "ocr-dpi"), "200 default");
  file("c.json", R"({"ocr_dpi": 101})");
  std::vector<std::string> files{"--config", "c.json"};
  EXPECT_EQ(origin(sweep(files), "ocr-dpi"), "101 config file " + (dir_ / "c.json").string());
  file("c.env", "OCR_DPI=102\n");
  files.insert(files.end(), {"--env-file", "c.env"});
  EXPECT_EQ(origin(sweep(files), "ocr-dpi"), "102 env file " + (dir_ / "c.env").string() + " OCR_DPI");
  surroundings_.environment["OCR_DPI"] = "103";
  EXPECT_EQ(origin(sweep(files), "ocr-dpi"), "103 environment OCR_DPI");
  files.insert(files.end(), {"--ocr-dpi", "104"});
  const auto result = sweep(files);
  EXPECT_EQ(origin(result, "ocr-dpi"), "104 flag --ocr-dpi");
  EXPECT_EQ(recipe_of(result->settings).ocr_dpi, 104U);
}

TEST_F(CommandLine, KnowsTheVariablesThatPipelinesAlreadySet) {
  surroundings_.environment = {
      {"OCR_DPI", "300"},       {"BATCH_SIZE", "7"},      {"MIN_TEXT_LEN", "0"}, {"SKIP_IF_EXISTS", "FALSE"},
      {"LOG_LEVEL", "Warning"}, {"DOCMILL_WORKERS", "9"}, {"PATH", "/bin"}};
  const auto result = sweep({});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(recipe_of(result->settings).ocr_dpi, 300U);
  EXPECT_EQ(recipe_of(result->settings).batch_size, 7U);
  EXPECT_EQ(recipe_of(result->settings).text_length_min, 0U);
  EXPECT_FALSE(result->settings.get<RepetitionOptions>().skip_if_exists);
  EXPECT_EQ(result->settings.get<LogOptions>().settings.level, log::Level::warning);
  EXPECT_EQ(result->settings.get<ChildrenOptions>().slots, 9U);
}

TEST_F(CommandLine, ForceIsTheInverseOfSkipIfExists) {
  EXPECT_FALSE(sweep({"--force"})->settings.get<RepetitionOptions>().skip_if_exists);
  EXPECT_FALSE(sweep({"--skip-if-exists=false"})->settings.get<RepetitionOptions>().skip_if_exists);
  EXPECT_TRUE(sweep({"--force", "--skip-if-exists"})->settings.get<RepetitionOptions>().skip_if_exists);
  surroundings_.environment["SKIP_IF_EXISTS"] = "true";
  EXPECT_FALSE(sweep({"--force"})->settings.get<RepetitionOptions>().skip_if_exists);
}

TEST_F(CommandLine, LimitsReachTheRecipeAndTheSandbox) {
  const auto result = sweep({"--page-timeout", "90s", "--child-memory=2GiB", "--ocr-languages", "eng+deu"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(sandbox_of(result->settings).limits.page_timeout, std::chrono::seconds(90));
  EXPECT_EQ(sandbox_of(result->settings).limits.child_memory_bytes_max, 2 * GiB);
  EXPECT_EQ(sandbox_of(result->settings).ocr_languages, "eng+deu");
}

TEST_F(CommandLine, AutoStandsForTheInstalledLanguages) {
  fs::create_directories(dir_ / "models/script");
  for (const char* name : {"rus", "deu", "osd", "eng"}) file(fmt::format("models/{}.traineddata", name), "");
  file("models/script/Cyrillic.traineddata", "");
  file("models/notes.txt", "");
  const auto result = sweep({"--tessdata-dir", "models", "--ocr-languages", "auto"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(recipe_of(result->settings).ocr_languages, "deu,eng,rus,osd");
  EXPECT_EQ(sandbox_of(result->settings).ocr_languages, "deu,eng,rus,osd");
  EXPECT_FALSE(sandbox_of(result->settings).script_model_missing);
  EXPECT_EQ(origin(result, "ocr-languages"), "auto flag --ocr-languages");
  // One language is no choice: without the model of scripts the recipe is that of its name.
  for (const char* name : {"rus", "deu", "osd"}) fs::remove(dir_ / fmt::format("models/{}.traineddata", name));
  EXPECT_EQ(hash_of(recipe_of(sweep({"--tessdata-dir", "models", "--ocr-languages", "auto"})->settings)),
            hash_of(recipe_of(sweep({"--tessdata-dir", "models", "--ocr-languages", "eng"})->settings)));
  const auto is_missing = [&](const char* languages) {
    return sandbox_of(sweep({"--tessdata-dir", "models", "--ocr-languages", languages})->settings).script_model_missing;
  };
  EXPECT_TRUE(is_missing("auto"));
  EXPECT_FALSE(is_missing("eng"));
}

TEST_F(CommandLine, AutoNeedsModelsAndNotTooMany) {
  fs::create_directories(dir_ / "models");
  const std::vector<std::string> words{"--tessdata-dir", "models", "--ocr-languages", "auto"};
  const auto none = sweep(words);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::not_found);
  EXPECT_THAT(none.error().text(), HasSubstr("tesseract-ocr-eng"));
  EXPECT_TRUE(sweep({"--tessdata-dir", "models", "--ocr-languages", "auto", "--ocr", "never"}));
  for (char letter = 'a'; letter <= 'i'; ++letter) file(fmt::format("models/a{}.traineddata", letter), "");
  EXPECT_THAT(complaint(sweep(words)), HasSubstr("has 9 languages, and a page can be tried with 8; name those"));
}

TEST_F(CommandLine, LogFormatIsTextOnATerminal) {
  surroundings_.stderr_is_terminal = true;
  EXPECT_EQ(sweep({})->settings.get<LogOptions>().settings.format, log::Format::text);
  EXPECT_EQ(sweep({"--log-format", "json"})->settings.get<LogOptions>().settings.format, log::Format::json);
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
  EXPECT_THAT(complaint(sweep({"--ocr-languages", "../x"})),
              HasSubstr("--ocr-languages ../x: expected auto, or Tesseract's"));
}

TEST_F(CommandLine, MistypedNamesAreAnsweredWithTheNearest) {
  EXPECT_THAT(complaint(parse({"swep"})), HasSubstr("unknown command swep; the nearest is sweep"));
  EXPECT_THAT(complaint(sweep({"--ocr-dip=300"})), HasSubstr("unknown option --ocr-dip; the nearest is --ocr-dpi"));
  EXPECT_THAT(complaint(sweep({"-workers", "2"})), HasSubstr("unknown option -workers; the nearest is --workers"));
  EXPECT_THAT(complaint(sweep({"--forse"})), HasSubstr("the nearest is --force"));
  EXPECT_THAT(complaint(sweep({"--format", "json"})), HasSubstr("--format is an option of docmill extract"));
  EXPECT_THAT(complaint(parse({"help", "shwo"})), HasSubstr("the nearest is show"));
}

TEST_F(CommandLine, UnknownVariablesAreNotedWithTheNearest) {
  using testing::ElementsAre;
  surroundings_.environment = {{"DOCMILL_WORKER", "2"}};
  EXPECT_THAT(sweep({})->unknown_variables,
              ElementsAre("DOCMILL_WORKER (environment), the nearest is DOCMILL_WORKERS"));
  surroundings_.environment = {{"DOCMILL_OCR_DPI", "300"}};
  EXPECT_THAT(sweep({})->unknown_variables, ElementsAre(HasSubstr("the nearest is OCR_DPI")));
  surroundings_.environment = {{"DOCMILL_FORCE", "1"}};
  EXPECT_THAT(sweep({})->unknown_variables, ElementsAre(HasSubstr("the nearest is SKIP_IF_EXISTS=false")));
  surroundings_.environment = {};
  file("c.env", "DOCMILL_GRACES=1s\nOTHER_PROGRAM=1\n");
  EXPECT_THAT(sweep({"--env-file", "c.env"})->unknown_variables,
              ElementsAre("DOCMILL_GRACES (" + (dir_ / "c.env").string() + "), the nearest is DOCMILL_GRACE"));
}

// What a pod has beside a Service named docmill: https://kubernetes.io/docs/concepts/services-networking/service/
TEST_F(CommandLine, VariablesOfAServiceInKubernetesAreNoErrorUnlessASettingHasTheName) {
  surroundings_.environment = {{"DOCMILL_SERVICE_HOST", "10.0.0.1"},
                               {"DOCMILL_SERVICE_PORT", "80"},
                               {"DOCMILL_PORT", "tcp://10.0.0.1:80"},
                               {"DOCMILL_PORT_80_TCP_PROTO", "tcp"},
                               {"DOCMILL_PORT_80_TCP_ADDR", "10.0.0.1"}};
  const auto result = sweep({});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(result->unknown_variables.size(), 5U);
  // One whose values may be any text, and one that would be told to be no number.
  for (const char* name : {"DOCMILL_BUCKET", "DOCMILL_WORKERS"}) {
    surroundings_.environment = {{name, "tcp://10.0.0.1:80"}};
    EXPECT_THAT(complaint(sweep({})),
                HasSubstr(std::string(name) + "=tcp://10.0.0.1:80 (environment): Kubernetes sets"));
  }
}

TEST_F(CommandLine, AFileNamedDotenvIsReadOnlyWhereItIsNamed) {
  file(".env", "KEY=\"-----BEGIN\nMIIE\n-----END\"\nLOG_LEVEL=trace\n");
  const auto unasked = sweep({});
  ASSERT_TRUE(unasked) << complaint(unasked);
  EXPECT_THAT(unasked->unknown_variables, testing::IsEmpty());
  EXPECT_THAT(complaint(sweep({"--env-file", ".env"})), HasSubstr(".env: line 1: expected KEY=VALUE"));
  surroundings_.environment = {{"DOCMILL_ENV_FILE", ".env"}};
  EXPECT_THAT(complaint(sweep({})), HasSubstr(".env: line 1"));
  surroundings_.environment = {};
  file(".env", "OTHER=1\nLOG_LEVEL=trace\n");
  EXPECT_THAT(complaint(sweep({"--env-file", ".env"})),
              HasSubstr("LOG_LEVEL=trace (env file " + (dir_ / ".env").string() + "): expected debug, info"));
  EXPECT_THAT(complaint(sweep({"--env-file", "none"})), HasSubstr("none: No such file"));
  file(".env", "DOCMILL_ENV_FILE=other\n");
  EXPECT_THAT(complaint(sweep({"--env-file", ".env"})), HasSubstr("an env file names no other"));
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
}

TEST_F(CommandLine, FilesOfSettingsMayBeginWithAByteOrderMarkAndAreUtf8) {
  file("c.json", "\xEF\xBB\xBF{\"ocr_dpi\": 300}");
  file("c.env",
       "\xEF\xBB\xBF"
       "BATCH_SIZE=7\n");
  file("pw", "\xEF\xBB\xBFhafen9\r\n");
  const auto result = sweep({"--config", "c.json", "--env-file", "c.env", "--passwords-file", "pw"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(recipe_of(result->settings).ocr_dpi, 300U);
  EXPECT_EQ(recipe_of(result->settings).batch_size, 7U);
  EXPECT_EQ(result->settings.get<PasswordOptions>().found, std::vector<std::string>{"hafen9"});
  file("pw", std::string("\xFF\xFEh\0a\0", 6));
  EXPECT_THAT(complaint(sweep({"--passwords-file", "pw"})), HasSubstr("pw: expected UTF-8, found UTF-16"));
}

TEST_F(CommandLine, ValuesAreNeededWhereAFlagHasThem) {
  EXPECT_THAT(complaint(parse({"sweep", "--in", "--out", "o"})), HasSubstr("--in needs a value: --in PLACE"));
  EXPECT_THAT(complaint(sweep({"--ocr-dpi"})), HasSubstr("--ocr-dpi needs a value"));
  EXPECT_THAT(complaint(sweep({"--force=true"})), HasSubstr("--force takes no value"));
  EXPECT_THAT(complaint(sweep({"--skip-if-exists", "false"})), HasSubstr("unexpected argument false"));
  EXPECT_THAT(complaint(sweep({"--skip-if-exists=maybe"})), HasSubstr("expected true or false"));
}

TEST_F(CommandLine, AnAliasHasAVariableAndAKeyOfItsOwn) {
  const std::string db = "sqlite:///data/a.db";
  file("c.json", R"({"queue_url": "sqlite:///data/a.db"})");
  EXPECT_EQ(parse({"queue", "stats", "--config", "c.json"})->settings.get<QueueOptions>().uri, db);
  surroundings_.environment = {{"DOCMILL_QUEUE", db}, {"DOCMILL_QUEUE_URL", "sqlite:///data/b.db"}};
  EXPECT_EQ(parse({"queue", "stats"})->settings.get<QueueOptions>().uri, db);
}

TEST_F(CommandLine, LettersAreOtherSpellings) {
  const auto result = parse({"sweep", "-i", "in", "-o=out", "-q"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(result->settings.get<SourceOptions>().place.path(), dir_ / "in");
  EXPECT_EQ(result->settings.get<OutputOptions>().place.path(), dir_ / "out");
  EXPECT_TRUE(result->settings.get<QuietOptions>().on);
  EXPECT_EQ(parse({"-V"})->command, Command::version);
  EXPECT_THAT(complaint(parse({"sweep", "-in", "in"})), HasSubstr("unknown option -in; the nearest is --in"));
  EXPECT_THAT(complaint(parse({"sweep", "-x"})), HasSubstr("unknown option -x"));
  EXPECT_THAT(complaint(parse({"sweep", "-i"})), HasSubstr("-i needs a value: -i PLACE"));
  EXPECT_THAT(complaint(parse({"show", "-i", "in"})), HasSubstr("-i is an option of docmill sweep"));
}

TEST_F(CommandLine, QuietLeavesWarningsAndWhatWasAskedFor) {
  EXPECT_EQ(sweep({"--quiet"})->settings.get<LogOptions>().settings.level, log::Level::warning);
  EXPECT_EQ(sweep({"--quiet", "--log-level", "error"})->settings.get<LogOptions>().settings.level, log::Level::error);
  EXPECT_FALSE(prints_summary(sweep({"--quiet"})));
  EXPECT_TRUE(prints_summary(sweep({"--quiet", "--summary", "json"})));
}

TEST_F(CommandLine, PasswordsAreReadAndNeverShown) {
  file("pw", "canary one\r\n\n päss \nlast");
  const auto result = sweep({"--passwords-file", "pw"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(result->settings.get<PasswordOptions>().found, (std::vector<std::string>{"canary one", " päss ", "last"}));
  EXPECT_THAT(config_text(*result), Not(HasSubstr("canary")));
  EXPECT_THAT(config_text(*result), HasSubstr((dir_ / "pw").string()));
}

TEST_F(CommandLine, PasswordsComeFromAVariableToo) {
  surroundings_.environment = {{"PDF_PASSWORD", "canary one\ntwo"}};
  file("pw", "three\n");
  const auto result = sweep({"--password-env", "PDF_PASSWORD", "--passwords-file", "pw"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(result->settings.get<PasswordOptions>().found, (std::vector<std::string>{"three", "canary one", "two"}));
  EXPECT_THAT(config_text(*result), Not(HasSubstr("canary")));
  file("c.env", "SECRET='four'\n");
  EXPECT_EQ(sweep({"--env-file", "c.env", "--password-env", "SECRET"})->settings.get<PasswordOptions>().found,
            std::vector<std::string>{"four"});
  EXPECT_THAT(complaint(sweep({"--password-env", "NO_SUCH"})),
              HasSubstr("--password-env NO_SUCH: there is no such environment variable"));
}

TEST_F(CommandLine, ExtractTakesFilesPagesAndAFormat) {
  const auto result = parse({"extract", "a.pdf", "--pages", "2-3", "--format=ndjson", "--", "-b.pdf"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(result->settings.get<ExtractOptions>().files, (std::vector<std::string>{"a.pdf", "-b.pdf"}));
  EXPECT_EQ(result->settings.get<ExtractOptions>().pages, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(result->settings.get<ExtractOptions>().format, ExtractFormat::ndjson);
  EXPECT_THAT(complaint(parse({"extract"})), HasSubstr("a FILE is missing"));
}

TEST_F(CommandLine, ShowTakesFilesAndAPage) {
  const auto result = parse({"show", "a.parquet", "b.parquet", "--page", "3"});
  ASSERT_TRUE(result) << complaint(result);
  EXPECT_EQ(result->settings.get<ShowOptions>().page_number, 3U);
  EXPECT_EQ(result->settings.get<ShowOptions>().files, (std::vector<std::string>{"a.parquet", "b.parquet"}));
  EXPECT_THAT(complaint(parse({"show"})), HasSubstr("a FILE is missing"));
  EXPECT_THAT(complaint(parse({"sweep", "in", "out"})),
              HasSubstr("unexpected argument in; folders are named by flags"));
  EXPECT_THAT(complaint(parse({"show", "a", "--page", "0"})), HasSubstr("expected a whole number from 1"));
}

TEST_F(CommandLine, VersionAndHelpWorkInABrokenEnvironment) {
  surroundings_.environment = {{"DOCMILL_NONSENSE", "1"}};
  EXPECT_EQ(parse({"version", "--json"})->settings.get<JsonOptions>().on, true);
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

TEST_F(CommandLine, ConfigTellsTheSameToScripts) {
  surroundings_.environment = {{"OCR_DPI", "300"}};
  const auto result = parse({"config", "--workers", "4", "--json"});
  ASSERT_TRUE(result) << complaint(result);
  const auto json = nlohmann::json::parse(config_json(*result));
  EXPECT_EQ(json["settings"]["ocr_dpi"], (nlohmann::json{{"value", "300"}, {"origin", "environment OCR_DPI"}}));
  EXPECT_EQ(json["settings"]["workers"], (nlohmann::json{{"value", "4"}, {"origin", "flag --workers"}}));
  EXPECT_EQ(json["settings"]["bucket"], (nlohmann::json{{"value", nullptr}, {"origin", "default"}}));
  EXPECT_FALSE(json["settings"].contains("json"));
  EXPECT_EQ(json["recipe_hash"], hash_of(recipe_of(result->settings)));
}

TEST_F(CommandLine, ConfigTellsValuesAndOrigins) {
  surroundings_.environment = {{"OCR_DPI", "300"}};
  const auto result = parse({"config", "--workers", "4"});
  ASSERT_TRUE(result) << complaint(result);
  const std::string text = config_text(*result);
  EXPECT_THAT(text, testing::ContainsRegex("ocr-dpi +300 +environment OCR_DPI\n"));
  EXPECT_THAT(text, testing::ContainsRegex("workers +4 +flag --workers\n"));
  EXPECT_THAT(text, testing::ContainsRegex("page-timeout +1m +default\n"));
  EXPECT_THAT(text, HasSubstr("recipe hash " + hash_of(recipe_of(result->settings))));
}

}  // namespace
}  // namespace docmill
