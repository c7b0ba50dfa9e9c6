// docmill: reads the command line, hands over to one command, and turns what came of it into the exit code.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "aws/credential_chain.h"
#include "base/digest.h"
#include "base/exceptions.h"
#include "cli/collect_command.h"
#include "cli/command.h"
#include "cli/config_command.h"
#include "cli/doctor_command.h"
#include "cli/enqueue_command.h"
#include "cli/extract_command.h"
#include "cli/options/log.h"
#include "cli/prune_command.h"
#include "cli/queue_command.h"
#include "cli/recipe_command.h"
#include "cli/runs_command.h"
#include "cli/show_command.h"
#include "cli/standard_output.h"
#include "cli/standard_streams.h"
#include "cli/stop_signals.h"
#include "cli/sweep_command.h"
#include "cli/version_command.h"
#include "cli/worker_command.h"
#include "telemetry/log.h"
#include "telemetry/stderr_line.h"

namespace docmill {
namespace {

Result<int> dispatch(const Invocation& invocation, StandardOutput& out) {
  switch (invocation.command) {
    case Command::sweep:
      return sweep_command(SettingsOfSweep(invocation.settings), out);
    case Command::worker:
      return worker_command(SettingsOfWorker(invocation.settings), out);
    case Command::doctor:
      return doctor_command(SettingsOfDoctor(invocation.settings), out);
    case Command::enqueue:
      return enqueue_command(SettingsOfEnqueue(invocation.settings), out);
    case Command::queue:
      return queue_command(SettingsOfQueue(invocation.settings), out);
    case Command::prune:
      return prune_command(SettingsOfPrune(invocation.settings), out);
    case Command::collect:
      return collect_command(SettingsOfCollect(invocation.settings), out);
    case Command::runs:
      return runs_command(SettingsOfRuns(invocation.settings), out);
    case Command::recipe:
      return recipe_command(SettingsOfRecipe(invocation.settings), surroundings_of_process(), out);
    case Command::extract:
      return extract_command(SettingsOfExtract(invocation.settings), out);
    case Command::show:
      return show_command(SettingsOfShow(invocation.settings), out);
    case Command::config:
      out.print(SettingsOfConfig(invocation.settings).get<JsonOptions>().on ? config_json(invocation)
                                                                            : config_text(invocation));
      return 0;
    case Command::version:
      out.print(SettingsOfVersion(invocation.settings).get<JsonOptions>().on ? version_json() : version_text());
      return 0;
    case Command::help:
      out.print(invocation.help);
      return 0;
  }
  return 0;
}

int run(const std::vector<std::string>& words) {
  const auto invocation = parse_command_line(words, surroundings_of_process());
  if (!invocation) {
    fmt::print(stderr, "{}", usage_error_text(invocation.error()));
    return exit_code_usage;
  }
  if (const auto* const log = invocation->settings.find<LogOptions>()) log::configure(log->settings);
  if (!invocation->unknown_variables.empty())
    log::warning("unknown_variables", {{"message", fmt::format("{}", fmt::join(invocation->unknown_variables, "; "))}});
  StandardOutput out(stdout);
  const auto exit_code = dispatch(*invocation, out);
  flush_stderr();  // the log comes before the words at the end
  if (!exit_code) {
    fmt::print(stderr, "docmill: {}\n", exit_code.error().text());
    return exit_code_of_start(exit_code.error());
  }
  if (const auto closed = out.close(); !closed) {
    fmt::print(stderr, "docmill: {}\n", closed.error().text());
    return exit_code_unfinished;
  }
  return *exit_code;
}

/// An exception that nobody may catch: of a destructor, or of whoever tells that memory ran out. It is an end like any
/// other that comes suddenly, and what is begun is done again. Anything else is a bug.
[[noreturn]] void end_of_last_resort() {
  try {
    if (const auto exception = std::current_exception()) std::rethrow_exception(exception);
  } catch (const std::bad_alloc&) {
    constexpr std::string_view words = "docmill: out of memory (unavailable)\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, words.data(), words.size());
    std::_Exit(exit_code_unfinished);
  } catch (...) {  // NOLINT(bugprone-empty-catch): told by what abort() leaves
  }
  std::abort();
}

}  // namespace
}  // namespace docmill

int main(int argc, char** argv) {
  if (!docmill::open_standard_streams()) return 3;  // and nowhere to say so
  // OpenSSL crashes where it finds no memory at its first use: that is now, when there is some.
  docmill::sha256_hex(std::string_view());
  // Arrow's default keeps 2 MiB for every thread that allocates.
  ::setenv("ARROW_DEFAULT_MEMORY_POOL", "system", 0);  // NOLINT(concurrency-mt-unsafe): no thread yet
  docmill::aws::turn_endpoints_into_hosts();
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write
  std::set_terminate(docmill::end_of_last_resort);
  try {
    return docmill::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {  // out of memory, or a bug; the queue or the next run does the work again
    docmill::flush_stderr();
    std::fputs("docmill: ", stderr);
    std::fputs(docmill::error_of(error).message.c_str(), stderr);
    std::fputs("\n", stderr);
    return 3;
  }
}
