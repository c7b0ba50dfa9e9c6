#include "cli/commands.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "cli/collect_command.h"
#include "cli/config_command.h"
#include "cli/doctor_command.h"
#include "cli/enqueue_command.h"
#include "cli/extract_command.h"
#include "cli/prune_command.h"
#include "cli/queue_command.h"
#include "cli/recipe_command.h"
#include "cli/runs_command.h"
#include "cli/show_command.h"
#include "cli/sweep_command.h"
#include "cli/version_command.h"
#include "cli/worker_command.h"

namespace docmill {
namespace {

using Groups = std::vector<const OptionGroup*>;
using Options = std::vector<const Option*>;

template <typename T>
void add_new(std::vector<T>& list, const std::vector<T>& more) {
  for (const T& item : more)
    if (std::ranges::find(list, item) == list.end()) list.push_back(item);
}

Groups joined(Groups groups, const Groups& more) {
  add_new(groups, more);
  return groups;
}

std::vector<CommandInfo> make_commands() {
  return {
      {.command = Command::sweep,
       .name = "sweep",
       .arguments = "--in PLACE --out PLACE [options]",
       .summary = "turn a folder or bucket of documents into Parquet",
       .description =
           "Reads every PDF and image below --in and writes one Parquet file of pages for each to --out, with the same "
           "folders. Both may be folders or prefixes of buckets. What is done is skipped the next time. A table of the "
           "run, one row a document, is written to OUT/_docmill/runs/. `docmill --mode sweep` is the same.",
       .reads_settings = true,
       .groups = SettingsOfSweep::groups(),
       .examples = "docmill sweep --in scans --out text\n"
                   "docmill sweep --in scans --out text --ocr never --workers 8\n"
                   "docmill sweep --in s3://BUCKET/zone=raw/ --out s3://BUCKET/zone=text/ --region us-east-1\n"
                   "docmill sweep --in scans --out text --passwords-file passwords.txt --retry-failed\n"
                   "OCR_DPI=300 docmill sweep --in scans --out text --ocr-languages eng+deu --summary json\n"},
      {.command = Command::worker,
       .name = "worker",
       .arguments = "--queue URI --out PLACE [--in PLACE] [options]",
       .summary = "process the documents that a queue names",
       .description = "Takes messages from a queue (events of S3 in all their wrappings, or what enqueue writes), "
                      "processes their documents as sweep does, and removes a message when all that it asks for is "
                      "durable. A document that fails goes to the dead-letter queue. Runs until it is told to stop; "
                      "any number of workers may share a queue. `docmill --mode sqs-worker` is the same.",
       .reads_settings = true,
       .groups = SettingsOfWorker::groups(),
       .examples = "docmill worker --queue sqlite:///data/docmill.db --in scans --out text\n"
                   "docmill worker --queue sqlite:///data/docmill.db --in scans --out text --exit-when-empty\n",
       .mode = "sqs-worker"},
      {.command = Command::enqueue,
       .name = "enqueue",
       .arguments = "--in DIR --queue URI [options]",
       .summary = "send a message for every document of a folder to a queue",
       .description =
           "Sends one message for every PDF and image below --in, for workers to process. Settings of the recipe that "
           "are given as flags go with the messages; for others those of the worker count. What is done already is "
           "recognised by the worker, so documents may be sent again. The exit code is 0 when every document has its "
           "message, 3 when the folder or the queue failed or it was told to stop.",
       .reads_settings = true,
       .groups = SettingsOfEnqueue::groups(),
       .examples = "docmill enqueue --in scans --queue sqlite:///data/docmill.db\n"
                   "docmill enqueue --in scans --queue sqlite:///data/docmill.db --since 2026-11-01 --dry-run\n"
                   "docmill enqueue --in scans --queue sqlite:///data/docmill.db --force --ocr always\n"},
      {.command = Command::queue,
       .name = "queue",
       .arguments = "stats|peek|redrive|purge --queue URI [options]",
       .summary = "look at a queue and its dead letters, send them back, empty it",
       .description =
           "stats counts the messages of a queue and of its dead letters. peek shows messages and what they ask for, "
           "and takes none. redrive sends the dead letters back to their queue. purge removes all messages of the "
           "queue and wants --yes. Dead letters are a queue of their own, whose URI stats tells.",
       .reads_settings = true,
       .groups = SettingsOfQueue::groups(),
       .examples = "docmill queue stats --queue sqlite:///data/docmill.db\n"
                   "docmill queue peek --queue 'sqlite:///data/docmill.db?queue=dead-letters' --json\n"
                   "docmill queue redrive --queue sqlite:///data/docmill.db\n"},
      {.command = Command::prune,
       .name = "prune",
       .arguments = "--in PLACE --out PLACE [--yes] [options]",
       .summary = "find and remove outputs that no document stands behind any more",
       .description =
           "Lists --out and --in side by side and tells of outputs whose document is gone, or has changed and was not "
           "read since, and of marks of failures whose document is gone. With --yes they are removed, each only if "
           "neither it nor its document has changed since it was looked at. Outputs of documents of other places are "
           "left alone. Of S3 this takes a request for each output, and the permissions s3:ListBucket and s3:GetObject "
           "on both places; to remove, s3:DeleteObject on --out. Run a sweep first, so that what merely waits is done.",
       .reads_settings = true,
       .groups = SettingsOfPrune::groups(),
       .examples = "docmill prune --in scans --out text\n"
                   "docmill prune --in s3://BUCKET/raw/ --out s3://BUCKET/text/ --yes\n"},
      {.command = Command::collect,
       .name = "collect",
       .arguments = "--in PLACE --out PLACE [options]",
       .summary = "join the tables of many outputs into few large files",
       .description =
           "Reads the outputs in --in that are not stale and joins them, each table in a folder of its own, into files "
           "of about --file-size, sorted by the address of the document. A second run reads only what changed: it adds "
           "files, and writes those anew of which documents changed or went. The dataset's manifest, "
           "DATASET/_docmill/collect.parquet, names its files; two runs at a time never mix, for the second is "
           "refused. Ends with 1 where an output could not be read and is left out. Of S3 this takes a request for "
           "each output that changed, and the permissions s3:ListBucket and s3:GetObject on --in, with s3:PutObject "
           "and s3:DeleteObject beside them on --out.",
       .reads_settings = true,
       .groups = SettingsOfCollect::groups(),
       .examples = "docmill collect --in text --out dataset\n"
                   "docmill collect --in s3://BUCKET/text/ --out s3://BUCKET/dataset/ --tables pages,words\n"
                   "docmill collect --in text --out by-year --partition '/(?<year>[0-9]{4})/'\n"},
      {.command = Command::runs,
       .name = "runs",
       .arguments = "list|show [RUN_ID]|prune --out PLACE [options]",
       .summary = "look at the tables that runs left, and remove old ones",
       .description =
           "list names the runs of --out that left a table of their documents, the oldest first. show prints the table "
           "of one, or of the newest. prune tells which are older than the newest --keep, and removes them with --yes.",
       .reads_settings = true,
       .groups = SettingsOfRuns::groups(),
       .examples = "docmill runs list --out text\n"
                   "docmill runs show --out text\n"
                   "docmill runs prune --out text --keep 10 --yes\n"},
      {.command = Command::recipe,
       .name = "recipe",
       .arguments = "list|show NAME|check FILE [options]",
       .summary = "look at recipes: what can be made of a document, and how",
       .description =
           "list names the recipes that come with docmill. show prints every setting of one, with its meaning, what it "
           "may be and its default; with --json as a file to begin your own with. check says whether a file is a "
           "recipe, or what is wrong with it and where.",
       .reads_settings = false,
       .groups = SettingsOfRecipe::groups(),
       .examples = "docmill recipe list\n"
                   "docmill recipe show app\n"
                   "docmill recipe show words --json > recipe.json\n"
                   "docmill recipe check recipe.json\n"},
      {.command = Command::doctor,
       .name = "doctor",
       .arguments = "[--in PLACE] [--out PLACE] [--queue URI] [options]",
       .summary = "try what a run would need, and say what is missing",
       .description =
           "Tries the sandbox, and every permission and setting that sweep and worker need of the places that are "
           "given: lists and reads --in, writes an object of its own to --out and removes it, looks at --queue. Says "
           "what is missing, what follows, and what to do. Ends with 0 where nothing is in the way, else with 1.",
       .reads_settings = true,
       .groups = SettingsOfDoctor::groups(),
       .examples = "docmill doctor --in s3://BUCKET/raw/ --out s3://BUCKET/text/ --region us-east-1\n"
                   "docmill doctor --queue sqlite:///data/docmill.db --json\n"},
      {.command = Command::extract,
       .name = "extract",
       .arguments = "FILE... [options]",
       .summary = "print the text of documents",
       .description =
           "Reads documents in the same way as sweep and prints their pages to stdout. A document is named by a path, "
           "file:///PATH or s3://BUCKET/KEY; - is stdin, and a folder or prefix stands for all documents in it.",
       .reads_settings = true,
       .groups = SettingsOfExtract::groups(),
       .examples = "docmill extract report.pdf\n"
                   "docmill extract report.pdf --pages 1-3,7 --format json\n"
                   "docmill extract report.pdf --outputs words,links,codes\n"
                   "docmill extract report.pdf --page 2 --draw page.png\n"
                   "docmill extract s3://BUCKET/raw/report.pdf --region us-east-1\n"
                   "cat report.pdf | docmill extract -\n"
                   "docmill extract *.pdf --format ndjson | jq -r .text\n"},
      {.command = Command::show,
       .name = "show",
       .arguments = "FILE|FOLDER... [--page NUMBER] [options]",
       .summary = "look into what docmill wrote: a Parquet file, or all that a folder has",
       .description = "Prints the pages of a document's output, the rows of its other tables, or the documents of a "
                      "run's table. Of a folder it prints which outputs each document has there, with rows, files, "
                      "bytes, what their stamps say, and whether the source is still the one that they were made of. "
                      "A place is named by a path, file:///PATH or s3://BUCKET/KEY; - is stdin. Control characters are "
                      "escaped.",
       .reads_settings = true,
       .groups = SettingsOfShow::groups(),
       .examples = "docmill show text/report_raw_text.parquet --page 2\n"
                   "docmill show text/report_words.parquet | cut -f 2-6\n"
                   "docmill show text\n"
                   "docmill show text/_docmill/runs/*.parquet\n"},
      {.command = Command::config,
       .name = "config",
       .arguments = "[options of sweep]",
       .summary = "print the settings in force and where each came from",
       .description = "Reads flags, environment and files as sweep does, and prints every setting with its value and "
                      "where that came from. Nothing is swept.",
       .reads_settings = true,
       .groups = SettingsOfConfig::groups(),
       .shown_groups = joined(SettingsOfSweep::groups(), SettingsOfWorker::groups())},
      {.command = Command::version,
       .name = "version",
       .arguments = "[--json]",
       .summary = "print the versions of docmill and its libraries",
       .description = "Prints the versions of docmill and of the libraries it works with.",
       .reads_settings = false,
       .groups = SettingsOfVersion::groups()},
      {.command = Command::help,
       .name = "help",
       .arguments = "[COMMAND]",
       .summary = "explain a command and its options",
       .description = "The same as COMMAND --help.",
       .reads_settings = false},
  };
}

// Behind the option that it names, where that is among them.
void move_behind(Options& section, const Option* option) {
  const auto named = std::ranges::find(section, option->after, &Option::flag);
  if (named == section.end()) return;
  const Option* const ahead = *named;
  std::erase(section, option);
  section.insert(std::next(std::ranges::find(section, ahead)), option);
}

Options in_help_order(const Options& options) {
  std::map<Heading, Options> sections;
  for (const Option* option : options) sections[option->heading].push_back(option);
  Options ordered;
  for (auto& [heading, section] : sections) {
    for (const Option* option : Options(section)) move_behind(section, option);
    std::ranges::copy(section, std::back_inserter(ordered));
  }
  return ordered;
}

}  // namespace

std::span<const CommandInfo> commands() {
  static const std::vector<CommandInfo> all = make_commands();
  return all;
}

const CommandInfo& info_of(Command command) { return commands()[std::to_underlying(command)]; }

Options options_of(const CommandInfo& command) {
  Options options;
  for (const OptionGroup* group : command.shown_groups)
    for (const Option& option : group->options)
      if (!option.flag_only) options.push_back(&option);
  for (const OptionGroup* group : command.groups)
    for (const Option& option : group->options) options.push_back(&option);
  return in_help_order(options);
}

Options options_of(std::span<const CommandInfo> all) {
  Options options;
  for (const CommandInfo& command : all) add_new(options, options_of(command));
  return in_help_order(options);
}

const Option* find_option(const CommandInfo& command, std::string_view flag) {
  const Options options = options_of(command);
  const auto found = std::ranges::find(options, flag, &Option::flag);
  return found == options.end() ? nullptr : *found;
}

GroupValues defaults_of(const CommandInfo& command, const Surroundings& surroundings) {
  GroupValues values;
  for (const OptionGroup* group : joined(command.shown_groups, command.groups)) group->add(values, surroundings);
  return values;
}

std::string mode_variable() { return default_environment_name("mode"); }

}  // namespace docmill
