#include "cli/positional.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "cli/options/extract.h"
#include "cli/options/queue_look.h"
#include "cli/options/recipe.h"
#include "cli/options/runs.h"
#include "cli/options/show.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

std::unexpected<Error> complain(std::string_view subject, std::string message) {
  return fail(ErrorKind::invalid_input, subject, std::move(message));
}

bool takes_files(Command command) { return command == Command::extract || command == Command::show; }
bool takes_an_action(Command command) {
  return command == Command::queue || command == Command::runs || command == Command::recipe;
}

std::string unexpected_argument(Command command, const Arguments& arguments) {
  return fmt::format("unexpected argument {}; {}a value of a switch is written with '=', as in --skip-if-exists=false",
                     arguments.positional.front(),
                     command == Command::sweep     ? "folders are named by flags, --in DIR --out DIR; "
                     : command == Command::enqueue ? "the folder is named by a flag, --in DIR; "
                                                   : "");
}

constexpr std::array<std::pair<std::string_view, QueueAction>, 4> queue_actions{{
    {"stats", QueueAction::stats},
    {"peek", QueueAction::peek},
    {"redrive", QueueAction::redrive},
    {"purge", QueueAction::purge},
}};

Result<void> take_queue_action(QueueLookOptions& look, const Arguments& arguments) {
  if (arguments.positional.size() == 1)
    for (const auto& [word, action] : queue_actions)
      if (arguments.positional.front() == word) {
        look.action = action;
        return {};
      }
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
Result<void> take_runs_action(RunsOptions& runs, const Arguments& arguments) {
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
  runs.action = found->second;
  if (has_run_id) runs.run_id = words.back();
  return {};
}

constexpr std::array<std::pair<std::string_view, RecipeAction>, 3> recipe_actions{{
    {"list", RecipeAction::list},
    {"show", RecipeAction::show},
    {"check", RecipeAction::check},
}};

/// "list", "show", "show NAME" or "check FILE".
Result<void> take_recipe_action(RecipeCommandOptions& recipe, const Arguments& arguments) {
  const auto& words = arguments.positional;
  for (const auto& [word, action] : recipe_actions) {
    const std::size_t most = action == RecipeAction::list ? 1 : 2;
    const std::size_t least = action == RecipeAction::check ? 2 : 1;
    if (words.size() < least || words.size() > most || words.front() != word) continue;
    recipe.action = action;
    if (words.size() == 2) recipe.name = words.back();
    return {};
  }
  return complain("docmill recipe",
                  words.empty()
                      ? "expected list, show or check"
                      : printable(fmt::format("expected list, show NAME or check FILE, not {}", fmt::join(words, " ")),
                                  Lines::escape));
}

}  // namespace

Result<void> check_positional(const CommandInfo& command, const Arguments& arguments) {
  const std::string subject = fmt::format("docmill {}", command.name);
  const bool any = !arguments.positional.empty();
  if (takes_files(command.command) && !any) return complain(subject, "a FILE is missing");
  if (any && !takes_files(command.command) && !takes_an_action(command.command))
    return complain(subject, printable(unexpected_argument(command.command, arguments), Lines::escape));
  return {};
}

Result<void> take_positional(GroupValues& values, const Arguments& arguments) {
  if (auto* const look = values.find<QueueLookOptions>()) return take_queue_action(*look, arguments);
  if (auto* const runs = values.find<RunsOptions>()) return take_runs_action(*runs, arguments);
  if (auto* const recipe = values.find<RecipeCommandOptions>()) return take_recipe_action(*recipe, arguments);
  if (auto* const extract = values.find<ExtractOptions>()) extract->files = arguments.positional;
  if (auto* const show = values.find<ShowOptions>()) show->files = arguments.positional;
  return {};
}

}  // namespace docmill
