#include "cli/sweep_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/digest.h"
#include "cli/dry_run_command.h"
#include "cli/granted_tasks.h"
#include "cli/own_temporary_folder.h"
#include "cli/run_id.h"
#include "cli/sandboxed.h"
#include "cli/source.h"
#include "cli/stop_signals.h"
#include "cli/summary.h"
#include "cli/workplace.h"
#include "mill/sweep.h"
#include "output/names.h"
#include "telemetry/log.h"
#include "telemetry/stderr_line.h"

namespace docmill {
namespace {

/// So many documents are read, extracted or written at a time for each slot: enough to fill a child's list while others
/// wait for the disk. Each has up to three files open, and 1,024 is a usual limit.
constexpr std::uint32_t documents_in_flight_per_slot = 128;

struct Opened {
  std::unique_ptr<ObjectStore> source;
  std::unique_ptr<ObjectStore> output;
  std::filesystem::path journal_dir;
};

/// Beside the outputs where they are files; else in a folder for this output, so that the next run here finds what a
/// killed one left.
Result<std::filesystem::path> journal_dir_for(const Place& out) {
  if (out.is_folder()) return out.path() / own_prefix / "runs";
  const std::string uri = out.uri();
  return own_temporary_folder(sha256_hex(std::as_bytes(std::span(uri))).substr(0, 16));
}

Result<Opened> open(const Settings& settings, Stores& stores) {
  auto source = open_source(settings.in, stores);
  if (!source) return std::unexpected(std::move(source).error());
  auto output = stores.open(settings.out, true);
  if (!output) return std::unexpected(std::move(output).error());
  auto journal_dir = journal_dir_for(settings.out);
  if (!journal_dir) return std::unexpected(std::move(journal_dir).error());
  return Opened{
      .source = std::move(source->store), .output = std::move(*output), .journal_dir = std::move(*journal_dir)};
}

int run_sweep(const Settings& settings, const Opened& opened, Workplace& workplace, Sandbox& sandbox,
              StandardOutput& out, std::stop_token stop) {
  const auto started = workplace.clock->steady_now();
  RunProgress progress;
  OutputView view(*opened.output);
  Witnesses witnesses;
  const Mill mill{.source = *opened.source,
                  .output = *opened.output,
                  .extractor = sandbox,
                  .clock = *workplace.clock,
                  .random = *workplace.random,
                  .passwords = settings.passwords,
                  .redo_done = !settings.skip_if_exists,
                  .progress = progress,
                  .view = view,
                  .witnesses = witnesses};
  const SweepSettings sweep_settings{
      .run_id = make_run_id(*workplace.clock, *workplace.random),
      .recipe = in_force(settings.recipe),
      .journal_dir = opened.journal_dir,
      .exclusive = settings.out.is_folder(),
      .names_decide = !settings.in.is_folder(),
      .leave_out = [&](std::string_view prefix) { return settings.passes_over(prefix); },
      .selection = settings.selection,
      .retry_failed = settings.retry_failed,
      .fail_if_empty = settings.fail_if_empty,
      .manifest_always = settings.manifest == ManifestWhen::always,
      .documents_in_flight_max = std::min(settings.sandbox.slots * documents_in_flight_per_slot, settings.threads_max),
      .source_bytes_in_flight_max = source_bytes_in_flight_max};
  std::optional<ProgressDisplay> display(
      std::in_place, progress,
      !settings.quiet && settings.log.format == log::Format::text && ::isatty(STDERR_FILENO) == 1);
  set_words_of_sudden_end(
      fmt::format("the rows of this run are in {}; the next run makes its manifest of them, and goes on",
                  (opened.journal_dir / (sweep_settings.run_id + ".journal")).string()));
  log::info("run_started", {{"run_id", sweep_settings.run_id},
                            {"sandbox_tier", sandbox.sandbox_tier()},
                            {"workers", settings.sandbox.slots},
                            {"recipe_hash", sweep_settings.recipe->hash}});
  const auto summary = sweep(mill, sweep_settings, std::move(stop));
  display.reset();
  if (!summary) {
    write_stderr_line("docmill: " + summary.error().text());
    return exit_code_unfinished;
  }
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(workplace.clock->steady_now() - started);
  const std::string text =
      settings.summary == SummaryFormat::json ? summary_json(*summary, elapsed) : summary_text(*summary, elapsed);
  log::info("run_finished", {{"run_id", sweep_settings.run_id},
                             {"exit_code", exit_code_of(*summary)},
                             {"documents_done", progress.documents_done.load()},
                             {"pages_done", progress.pages_done.load()},
                             {"duration_ms", elapsed.count()}});
  if (settings.prints_summary()) out.print(text);
  return exit_code_of(*summary);
}

}  // namespace

Result<int> sweep_command(const Settings& given, StandardOutput& out) {
  if (given.dry_run) return dry_run_command(given, out);
  const Settings settings = fit_to_granted_tasks(given);
  auto ends_on_signal = EndOnSignal::begin(exit_code_unfinished);
  if (!ends_on_signal) return std::unexpected(std::move(ends_on_signal).error());
  std::optional opening(*std::move(ends_on_signal));
  Workplace workplace(settings);
  const auto opened = open(settings, workplace.stores);
  if (!opened) return std::unexpected(opened.error());
  opening.reset();
  return run_sandboxed(settings.sandbox, settings.grace, [&](Sandbox& sandbox, std::stop_token stop) {
    return run_sweep(settings, *opened, workplace, sandbox, out, std::move(stop));
  });
}

}  // namespace docmill
