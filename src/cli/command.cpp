#include "cli/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <system_error>
#include <utility>

#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/layers.h"
#include "cli/message_recipe.h"
#include "cli/nearest.h"
#include "cli/password_prompt.h"
#include "cli/small_file.h"
#include "cli/source.h"
#include "cli/stop_signals.h"
#include "cli/values.h"
#include "document/ocr_languages.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;

/// Documents that a worker has in flight: enough to fill a child's list while others wait for a store.
constexpr std::uint32_t documents_in_flight_per_slot = 16;

std::unexpected<Error> complain(std::string_view subject, std::string message) {
  return fail(ErrorKind::invalid_input, subject, std::move(message));
}

const CommandInfo* find_command(std::string_view name) {
  const auto all = commands();
  const auto found = std::ranges::find_if(
      all, [&](const CommandInfo& info) { return info.name == name || (!name.empty() && info.mode == name); });
  return found == all.end() ? nullptr : &*found;
}

std::unexpected<Error> unknown_command(std::string_view word) {
  std::vector<std::string> names;
  for (const CommandInfo& info : commands()) names.emplace_back(info.name);
  std::string message = fmt::format("unknown command {}", word);
  if (const auto index = nearest(word, names)) message += fmt::format("; the nearest is {}", names[*index]);
  return complain("docmill", printable(message, Lines::escape));
}

Settings defaults_in(const Surroundings& surroundings) {
  Settings settings;
  settings.sandbox.slots = std::clamp<std::uint32_t>(surroundings.cores, 1, 256);
  settings.sandbox.program = surroundings.program_dir / "docmill-extract";
  settings.sandbox.font_dir = surroundings.font_dir;
  settings.sandbox.tessdata_dirs = surroundings.tessdata_dirs;
  settings.log.format = surroundings.stderr_is_terminal ? log::Format::text : log::Format::json;
  return settings;
}

// "tcp://10.0.0.1:80": what Kubernetes sets in a pod for a port of a Service.
bool is_service_link(std::string_view text) {
  return std::ranges::any_of(std::array{"tcp://", "udp://", "sctp://"},
                             [&](std::string_view scheme) { return text.starts_with(scheme); });
}

Result<void> assign(Settings& settings, const Option& option, const FoundValue& found) {
  if (found.origin.starts_with("environment") && is_service_link(found.text))
    return complain(
        printable(found.subject, Lines::escape),
        "Kubernetes sets this for a Service of that name, and it is no setting of docmill: give the Service "
        "another name, or the pod enableServiceLinks: false");
  if (const auto expected = option.binding.assign(settings, found.text))
    return complain(printable(found.subject, Lines::escape), fmt::format("expected {}", *expected));
  return {};
}

void make_absolute(fs::path& path, const fs::path& working_dir) {
  if (!path.empty()) path = (working_dir / path).lexically_normal();
}

void complete(Settings& settings, const Surroundings& surroundings) {
  // Who is quiet wants the summary only where it was asked for.
  if (settings.summary == SummaryFormat::as_log)
    settings.summary = settings.log.format == log::Format::json && !surroundings.stdout_is_terminal && !settings.quiet
                           ? SummaryFormat::json
                           : SummaryFormat::text;
  for (fs::path* path : {&settings.passwords_file, &settings.config_file, &settings.env_file, &settings.sandbox.program,
                         &settings.sandbox.font_dir})
    make_absolute(*path, surroundings.working_dir);
  for (fs::path& folder : settings.sandbox.tessdata_dirs) make_absolute(folder, surroundings.working_dir);
  for (Place* place : {&settings.in, &settings.out, &settings.history.folder}) {
    if (!place->is_folder()) continue;
    fs::path path = place->path();
    make_absolute(path, surroundings.working_dir);
    *place = place_of(path);
  }
  if (settings.sandbox.font_dir != surroundings.font_dir) settings.recipe.font_dir = settings.sandbox.font_dir;
  if (settings.sandbox.tessdata_dirs != surroundings.tessdata_dirs)
    settings.recipe.tessdata_dir = settings.sandbox.tessdata_dirs.front();
  if (settings.worker.documents_in_flight == 0)
    settings.worker.documents_in_flight = settings.sandbox.slots * documents_in_flight_per_slot;
  if (settings.quiet) settings.log.level = std::max(settings.log.level, log::Level::warning);
  settings.sandbox.limits = settings.recipe.limits;
  settings.sandbox.ocr_languages = settings.recipe.ocr == OcrMode::never ? "" : settings.recipe.ocr_languages;
}

/// What `auto` means on this machine is part of the recipe: with other models the same page may hold other text.
Result<void> settle_languages(Settings& settings) {
  if (settings.recipe.ocr_languages != "auto" || settings.recipe.ocr == OcrMode::never) return {};
  Result<std::string> installed = installed_ocr_languages(settings.sandbox.tessdata_dirs);
  if (!installed) return std::unexpected(std::move(installed).error());
  settings.recipe.ocr_languages = settings.sandbox.ocr_languages = *std::move(installed);
  return {};
}

Result<void> assign_all(Invocation& invocation, const Layers& layers, const Surroundings& surroundings) {
  std::vector<std::pair<const Option*, std::string>> origins;
  for (const Option& option : options()) {
    if (!option.commands.contains(invocation.command)) continue;
    const auto found = find_value(layers, option);
    if (!option.flag_only) origins.emplace_back(&option, found ? found->origin : "default");
    if (!found) continue;
    if (auto assigned = assign(invocation.settings, option, *found); !assigned) return assigned;
  }
  complete(invocation.settings, surroundings);
  for (auto& [option, origin] : origins)
    invocation.in_force.push_back(
        {.option = option, .value = option->binding.show(invocation.settings), .origin = std::move(origin)});
  return {};
}

// One password a line. A line feed, with or without a carriage return, ends a line; blanks belong to the password.
void add_passwords(std::vector<std::string>& passwords, std::string_view text) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) passwords.emplace_back(line);
  }
}

// After everything else was found right: nobody types a password for a command that then refuses its arguments.
Result<void> read_passwords(Settings& settings, const Layers& layers) {
  if (!settings.passwords_file.empty()) {
    const auto text = read_small_file(settings.passwords_file);
    if (!text) return std::unexpected(Error(text.error()).within("--passwords-file"));
    add_passwords(settings.passwords, *text);
  }
  if (!settings.password_variable.empty()) {
    const auto text = find_variable(layers, settings.password_variable);
    if (!text)
      return complain(printable(fmt::format("--password-env {}", settings.password_variable), Lines::escape),
                      "there is no such environment variable");
    add_passwords(settings.passwords, *text);
  }
  if (!settings.ask_for_passwords) return {};
  auto typed = ask_for_passwords();
  if (!typed) return std::unexpected(std::move(typed).error());
  std::ranges::move(*typed, std::back_inserter(settings.passwords));
  return {};
}

std::string shown(const Place& place) { return place.is_folder() ? place.path().string() : place.uri(); }

// Where links and ".." lead, also for a folder that is still to be made.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  fs::path result = fs::weakly_canonical(path, error);
  if (error) result = path.lexically_normal();
  return result.has_filename() ? result : result.parent_path();  // "a/" and "a" are one folder
}

std::string subject_of(std::string_view flag, const Place& place) {
  return fmt::format("{} {}", flag, place.path().string());
}

// It may still be made.
Result<void> check_is_no_file(std::string_view flag, const Place& place) {
  std::error_code error;
  if (!fs::exists(place.path(), error) || fs::is_directory(place.path(), error)) return {};
  return complain(subject_of(flag, place), "this is not a folder");
}

Result<void> check_folder(std::string_view flag, const Place& place, std::string_view what_else_it_is) {
  std::error_code error;
  if (!fs::exists(place.path(), error)) return complain(subject_of(flag, place), "there is no such folder");
  if (fs::is_directory(place.path(), error)) return {};
  return complain(subject_of(flag, place), fmt::format("this is {}", what_else_it_is));
}

// Links and ".." followed, where the place is a folder.
Place resolved(const Place& place) { return place.is_folder() ? place_of(resolved(place.path())) : place; }

// --bucket with its prefixes is another spelling of places.
Result<void> take_bucket(Settings& settings, std::string_view command) {
  const auto place_in_bucket = [&](std::string_view flag, const std::string& prefix) -> Result<Place> {
    auto place = parse_place(fmt::format("s3://{}/{}", settings.bucket, prefix));
    if (settings.bucket.contains('/')) place = std::unexpected("the name of a bucket alone");
    if (!place) return complain(fmt::format("--bucket {}", settings.bucket), fmt::format("expected {}", place.error()));
    if (prefix.starts_with('/'))
      return complain(fmt::format("--{} {}", flag, prefix), "keys begin without a slash; give the prefix without one");
    return std::move(*place);
  };
  const auto take = [&](std::string_view flag, std::string_view prefix_flag, const std::string& prefix,
                        Place& place) -> Result<void> {
    if (!place.empty())
      return complain(fmt::format("--{}", flag), fmt::format("this and --{} say the same; give one", prefix_flag));
    auto made = place_in_bucket(prefix_flag, prefix);
    if (!made) return std::unexpected(std::move(made).error());
    place = std::move(*made);
    return {};
  };
  if (settings.bucket.empty()) {
    if (settings.in_key_prefix.empty() && settings.out_key_prefix.empty()) return {};
    return complain(command, "--bucket is missing: --in-prefix and --out-prefix are prefixes of it");
  }
  if (settings.in.empty() || !settings.in_key_prefix.empty())
    if (auto taken = take("in", "in-prefix", settings.in_key_prefix, settings.in); !taken) return taken;
  if (!settings.out_key_prefix.empty()) return take("out", "out-prefix", settings.out_key_prefix, settings.out);
  return {};
}

Result<void> check_source(const Settings& settings, std::string_view command) {
  if (settings.in.empty())
    return complain(command, "--in is missing: the folder of documents, or s3://BUCKET/PREFIX, or one document");
  if (!settings.in.is_folder() || may_be_document(settings.in)) return {};
  return check_folder("--in", settings.in, "neither a file nor a folder");
}

Result<void> check_queue(const Settings& settings, std::string_view command) {
  if (settings.queue.empty() && !settings.dry_run)
    return complain(command, "--queue is missing: the URL of an SQS queue, or sqlite:///PATH/FILE.db");
  return {};
}

Result<void> check_places(Settings& settings, std::string_view subject) {
  if (settings.out.empty())
    return complain(subject, "--out is missing: the folder for the Parquet files, or s3://BUCKET/PREFIX");
  if (settings.out.is_folder())
    if (auto checked = check_is_no_file("--out", settings.out); !checked) return checked;
  const Place in = resolved(settings.in);
  const Place out = resolved(settings.out);
  // Outputs beside one document are no documents of the next run.
  if (out.contains(in) && !may_be_document(settings.in))
    return complain(fmt::format("--out {}", shown(settings.out)),
                    fmt::format("this is --in or contains it ({}); outputs need a folder of their own, beside or below",
                                shown(settings.in)));
  const Place history = resolved(settings.history.folder);
  if (!settings.in.empty() && !settings.history.empty() && in.contains(history) && !out.contains(history))
    return complain(
        fmt::format("--history {}", settings.history.uri()),
        fmt::format("this lies below --in ({}), where it would be taken for a document", shown(settings.in)));
  settings.out_prefix = in.contains(out) ? out.prefix.substr(in.prefix.size()) : "";
  return {};
}

constexpr std::array<std::pair<std::string_view, QueueAction>, 4> queue_actions{{
    {"stats", QueueAction::stats},
    {"peek", QueueAction::peek},
    {"redrive", QueueAction::redrive},
    {"purge", QueueAction::purge},
}};

Result<QueueAction> queue_action_of(const Arguments& arguments) {
  if (arguments.positional.size() == 1)
    for (const auto& [word, action] : queue_actions)
      if (arguments.positional.front() == word) return action;
  return complain("docmill queue", arguments.positional.empty()
                                       ? "expected stats, peek, redrive or purge"
                                       : printable(fmt::format("expected one of stats, peek, redrive and purge, not {}",
                                                               fmt::join(arguments.positional, " ")),
                                                   Lines::escape));
}

constexpr std::array<std::pair<std::string_view, RunsAction>, 3> runs_actions{{
    {"list", RunsAction::list},
    {"show", RunsAction::show},
    {"prune", RunsAction::prune},
}};

/// "list", "show", "show RUN_ID" or "prune".
Result<void> take_runs_action(const Arguments& arguments, Settings& settings) {
  const auto& words = arguments.positional;
  const auto found = words.empty()
                         ? runs_actions.end()
                         : std::ranges::find(runs_actions, words.front(), &decltype(runs_actions)::value_type::first);
  const bool has_run_id = words.size() == 2 && found != runs_actions.end() && found->second == RunsAction::show;
  if (found == runs_actions.end() || (words.size() > 1 && !has_run_id))
    return complain("docmill runs", words.empty()
                                        ? "expected list, show or prune"
                                        : printable(fmt::format("expected list, show, show RUN_ID or prune, not {}",
                                                                fmt::join(words, " ")),
                                                    Lines::escape));
  settings.runs_action = found->second;
  if (has_run_id) settings.run_id = words.back();
  return {};
}

/// What is asked of the settings of one command.
Result<void> check_settings(Invocation& invocation) {
  Settings& settings = invocation.settings;
  const std::string command = fmt::format("docmill {}", info_of(invocation.command).name);
  switch (invocation.command) {
    case Command::sweep:
      if (auto taken = take_bucket(settings, command); !taken) return taken;
      if (auto checked = check_source(settings, command); !checked) return checked;
      return check_places(settings, command);
    case Command::worker:
      if (auto taken = take_bucket(settings, command); !taken) return taken;
      if (auto checked = check_queue(settings, command); !checked) return checked;
      if (settings.in.is_folder())
        if (auto checked = check_folder("--in", settings.in, "not a folder, and messages name the documents"); !checked)
          return checked;
      if (auto checked = check_places(settings, command); !checked) return checked;
      if (settings.watch && !settings.in.is_folder())
        return complain("--watch", "this needs a folder as --in; a bucket sends its own notifications to a queue");
      if (settings.watch && settings.worker.exit_when_empty)
        return complain(
            "--watch", "this goes on until it is stopped, --exit-when-empty ends; docmill enqueue sends what is there");
      return {};
    case Command::prune:
      if (auto taken = take_bucket(settings, command); !taken) return taken;
      if (auto checked = check_source(settings, command); !checked) return checked;
      return check_places(settings, command);
    case Command::runs:
      if (auto taken = take_bucket(settings, command); !taken) return taken;
      if (settings.out.empty()) return complain(command, "--out is missing: where the runs wrote to");
      return {};
    case Command::doctor:
      return take_bucket(settings, command);
    case Command::enqueue:
      if (auto taken = take_bucket(settings, command); !taken) return taken;
      if (auto checked = check_source(settings, command); !checked) return checked;
      settings.message_recipe = message_recipe_of(invocation.in_force);
      return check_queue(settings, command);
    case Command::queue:
      return check_queue(settings, command);
    case Command::extract:
    case Command::show:
    case Command::config:
    case Command::version:
    case Command::help:
      return {};
  }
  return {};
}

bool takes_files(Command command) { return command == Command::extract || command == Command::show; }

std::string unexpected_argument(Command command, const Arguments& arguments) {
  return fmt::format("unexpected argument {}; {}a value of a switch is written with '=', as in --skip-if-exists=false",
                     arguments.positional.front(),
                     command == Command::sweep     ? "folders are named by flags, --in DIR --out DIR; "
                     : command == Command::enqueue ? "the folder is named by a flag, --in DIR; "
                                                   : "");
}

Result<void> check_arguments(Command command, const Arguments& arguments) {
  const std::string subject = fmt::format("docmill {}", info_of(command).name);
  const bool any = !arguments.positional.empty();
  if (takes_files(command) && !any) return complain(subject, "a FILE is missing");
  if (any && !takes_files(command) && command != Command::queue && command != Command::runs)
    return complain(subject, printable(unexpected_argument(command, arguments), Lines::escape));
  return {};
}

Result<Invocation> read_command(Command command, std::span<const std::string> words, const Surroundings& surroundings) {
  auto arguments = parse_arguments(command, words);
  if (!arguments) return std::unexpected(std::move(arguments).error());
  if (arguments->help) return Invocation{.help = help_of(command)};
  if (auto checked = check_arguments(command, *arguments); !checked) return std::unexpected(checked.error());
  Invocation invocation{.command = command, .settings = defaults_in(surroundings)};
  if (command == Command::queue) {
    const auto action = queue_action_of(*arguments);
    if (!action) return std::unexpected(action.error());
    invocation.settings.queue_action = *action;
  } else if (command == Command::runs) {
    if (auto taken = take_runs_action(*arguments, invocation.settings); !taken) return std::unexpected(taken.error());
  } else {
    invocation.settings.files = arguments->positional;
  }
  const auto layers = read_layers(command, *std::move(arguments), surroundings);
  if (!layers) return std::unexpected(layers.error());
  if (auto assigned = assign_all(invocation, *layers, surroundings); !assigned)
    return std::unexpected(assigned.error());
  invocation.unknown_variables = layers->unknown_variables;
  if (command == Command::config) return invocation;  // which shows settings as they were given
  if (auto checked = check_settings(invocation); !checked) return std::unexpected(std::move(checked).error());
  if (auto settled = settle_languages(invocation.settings); !settled) return std::unexpected(settled.error());
  if (auto read = read_passwords(invocation.settings, *layers); !read) return std::unexpected(std::move(read).error());
  return invocation;
}

// The values of --mode, and the other words in their order; nothing behind "--" is looked at.
struct ModeAndWords {
  std::vector<std::string> modes;
  std::vector<std::string> words;
};

Result<ModeAndWords> take_mode(std::span<const std::string> given) {
  constexpr std::string_view flag = "--mode";
  constexpr std::string_view flag_with_value = "--mode=";
  ModeAndWords taken;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i] == "--") {
      std::ranges::copy(given.subspan(i), std::back_inserter(taken.words));
      break;
    }
    if (given[i].starts_with(flag_with_value))
      taken.modes.push_back(given[i].substr(flag_with_value.size()));
    else if (given[i] == flag)
      taken.modes.push_back(i + 1 < given.size() ? given[++i] : "");
    else
      taken.words.push_back(given[i]);
    if (!taken.modes.empty() && taken.modes.back().empty())
      return complain("docmill", "--mode needs a value: --mode sweep");
  }
  return taken;
}

bool asks_for_no_command(std::string_view word) {
  return word == "--help" || word == "-h" || word == "--version" || word == "-V";
}

// "docmill --mode sweep ..." is another spelling of "docmill sweep ...": the words in that order. Where neither names a
// command, its variable does.
Result<std::vector<std::string>> with_command_first(std::span<const std::string> given,
                                                    const Environment& environment) {
  auto taken = take_mode(given);
  if (!taken) return std::unexpected(std::move(taken).error());
  auto& [modes, words] = *taken;
  const bool has_command = !words.empty() && !words.front().starts_with('-');
  const auto variable = environment.find(mode_variable());
  if (!has_command && modes.empty() && variable != environment.end() &&
      (words.empty() || !asks_for_no_command(words.front())))
    modes.push_back(variable->second);
  if (!has_command && !modes.empty()) words.insert(words.begin(), modes.front());
  for (const std::string& mode : modes)
    if (find_command(mode) != find_command(words.front()))
      return complain("docmill",
                      printable(fmt::format("the command is {}, and --mode says {}; give one", words.front(), mode),
                                Lines::escape));
  return std::move(words);
}

Result<Invocation> read_help(std::span<const std::string> words) {
  if (words.empty() || words.front().starts_with("-")) return Invocation{.help = help_of_program()};
  const CommandInfo* info = find_command(words.front());
  if (info == nullptr) return unknown_command(words.front());
  return Invocation{.help = help_of(info->command)};
}

}  // namespace

Result<Invocation> parse_command_line(std::span<const std::string> given, const Surroundings& surroundings) {
  const auto ordered = with_command_first(given, surroundings.environment);
  if (!ordered) return std::unexpected(ordered.error());
  const std::span<const std::string> words = *ordered;
  if (words.empty()) return complain("docmill", "a command is missing, such as docmill sweep --in DIR --out DIR");
  const std::string_view first = words.front();
  if (first == "--help" || first == "-h") return read_help({});
  if (first == "--version" || first == "-V") return read_command(Command::version, words.subspan(1), surroundings);
  const CommandInfo* info = find_command(first);
  if (info == nullptr) return unknown_command(first);
  if (info->command == Command::help) return read_help(words.subspan(1));
  auto invocation = read_command(info->command, words.subspan(1), surroundings);
  // An error names the place of the mistake; the command is what the closing line of usage_error_text() needs.
  if (!invocation && !invocation.error().subject.starts_with("docmill"))
    return std::unexpected(std::move(invocation).error().within(fmt::format("docmill {}", info->name)));
  return invocation;
}

int exit_code_of_start(const Error& error) {
  return error.kind == ErrorKind::invalid_input || error.kind == ErrorKind::not_found ? exit_code_usage
                                                                                      : exit_code_unfinished;
}

std::string usage_error_text(const Error& error) {
  const std::string_view subject = error.subject;
  const std::string_view command = subject.substr(0, subject.find(':'));
  return fmt::format("{}: {}\nSee {} --help\n", printable(subject, Lines::escape),
                     printable(error.message, Lines::escape), command);
}

}  // namespace docmill
