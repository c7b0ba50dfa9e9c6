#include "cli/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/arguments.h"
#include "cli/collect_command.h"
#include "cli/help.h"
#include "cli/layers.h"
#include "cli/message_recipe.h"
#include "cli/mode.h"
#include "cli/nearest.h"
#include "cli/options/bucket.h"
#include "cli/options/enqueue.h"
#include "cli/options/output.h"
#include "cli/options/passwords.h"
#include "cli/options/source.h"
#include "cli/options/work.h"
#include "cli/password_sources.h"
#include "cli/places.h"
#include "cli/positional.h"
#include "cli/recipe_of.h"
#include "cli/stop_signals.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

std::unexpected<Error> complain(std::string_view subject, std::string message) {
  return fail(ErrorKind::invalid_input, subject, std::move(message));
}

std::unexpected<Error> unknown_command(std::string_view word) {
  std::vector<std::string> names;
  for (const CommandInfo& info : commands()) names.emplace_back(info.name);
  std::string message = fmt::format("unknown command {}", word);
  if (const auto index = nearest(word, names)) message += fmt::format("; the nearest is {}", names[*index]);
  return complain("docmill", printable(message, Lines::escape));
}

Result<void> check_worker(GroupValues& settings, std::string_view command) {
  if (auto checked = check_queue(settings, command); !checked) return checked;
  const Place& in = settings.get<SourceOptions>().place;
  if (in.is_folder())
    if (auto checked = check_folder("--in", in, "not a folder, and messages name the documents"); !checked)
      return checked;
  if (auto checked = check_places(settings, command); !checked) return checked;
  const auto& work = settings.get<WorkOptions>();
  if (work.watch && !in.is_folder())
    return complain("--watch", "this needs a folder as --in; a bucket sends its own notifications to a queue");
  if (work.watch && work.exit_when_empty)
    return complain("--watch",
                    "this goes on until it is stopped, --exit-when-empty ends; docmill enqueue sends what is there");
  return {};
}

Result<void> check_runs(const GroupValues& settings, std::string_view command) {
  if (settings.get<OutputOptions>().place.empty())
    return complain(command, "--out is missing: where the runs wrote to");
  return {};
}

/// What is asked of the settings of one command.
Result<void> check_settings(Invocation& invocation) {
  GroupValues& settings = invocation.settings;
  const std::string command = fmt::format("docmill {}", info_of(invocation.command).name);
  if (settings.find<BucketOptions>() != nullptr)
    if (auto taken = take_bucket(settings, command); !taken) return taken;
  switch (invocation.command) {
    case Command::sweep:
    case Command::prune:
      if (auto checked = check_source(settings, command); !checked) return checked;
      return check_places(settings, command);
    case Command::worker:
      return check_worker(settings, command);
    case Command::collect:
      return check_collect(settings, command);
    case Command::runs:
      return check_runs(settings, command);
    case Command::enqueue:
      if (auto checked = check_source(settings, command); !checked) return checked;
      settings.get<EnqueueOptions>().message_recipe = message_recipe_of(invocation.in_force);
      return check_queue(settings, command);
    case Command::queue:
      return check_queue(settings, command);
    case Command::recipe:
    case Command::doctor:
    case Command::extract:
    case Command::show:
    case Command::config:
    case Command::version:
    case Command::help:
      return {};
  }
  return {};
}

/// What comes last, for it may cost time and a person's trouble.
Result<void> settle(GroupValues& settings, const Layers& layers) {
  if (auto settled = settle_languages(settings); !settled) return settled;
  return settings.find<PasswordOptions>() == nullptr ? Result<void>() : read_passwords(settings, layers);
}

Result<Invocation> read_command(const CommandInfo& command, std::span<const std::string> words,
                                const Surroundings& surroundings) {
  auto arguments = parse_arguments(command, words);
  if (!arguments) return std::unexpected(std::move(arguments).error());
  if (arguments->help) return Invocation{.help = help_of(command)};
  if (auto checked = check_positional(command, *arguments); !checked) return std::unexpected(checked.error());
  Invocation invocation{.command = command.command, .settings = defaults_of(command, surroundings)};
  if (auto taken = take_positional(invocation.settings, *arguments); !taken) return std::unexpected(taken.error());
  const auto layers = read_layers(command, *std::move(arguments), surroundings);
  if (!layers) return std::unexpected(layers.error());
  auto in_force = assign_all(invocation.settings, command, *layers, surroundings);
  if (!in_force) return std::unexpected(std::move(in_force).error());
  invocation.in_force = *std::move(in_force);
  invocation.unknown_variables = layers->unknown_variables;
  if (command.command == Command::config) return invocation;  // which shows settings as they were given
  if (auto checked = check_settings(invocation); !checked) return std::unexpected(std::move(checked).error());
  if (auto settled = settle(invocation.settings, *layers); !settled) return std::unexpected(std::move(settled).error());
  return invocation;
}

Result<Invocation> read_help(std::span<const std::string> words) {
  if (words.empty() || words.front().starts_with("-")) return Invocation{.help = help_of_program()};
  const CommandInfo* info = find_command(words.front());
  if (info == nullptr) return unknown_command(words.front());
  return Invocation{.help = help_of(*info)};
}

}  // namespace

Result<Invocation> parse_command_line(std::span<const std::string> given, const Surroundings& surroundings) {
  const auto ordered = with_command_first(given, surroundings.environment);
  if (!ordered) return std::unexpected(ordered.error());
  const std::span<const std::string> words = *ordered;
  if (words.empty()) return complain("docmill", "a command is missing, such as docmill sweep --in DIR --out DIR");
  const std::string_view first = words.front();
  if (first == "--help" || first == "-h") return read_help({});
  if (first == "--version" || first == "-V")
    return read_command(info_of(Command::version), words.subspan(1), surroundings);
  const CommandInfo* info = find_command(first);
  if (info == nullptr) return unknown_command(first);
  if (info->command == Command::help) return read_help(words.subspan(1));
  auto invocation = read_command(*info, words.subspan(1), surroundings);
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
