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
#include "cli/recipe_of.h"
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

Result<Opened> open(const SettingsOfSweep& settings, Stores& stores) {
  const Place& out = settings.get<OutputOptions>().place;
  auto source = open_source(settings.get<SourceOptions>().place, stores);
  if (!source) return std::unexpected(std::move(source).error());
  auto output = stores.open(out, true);
  if (!output) return std::unexpected(std::move(output).error());
  auto journal_dir = journal_dir_for(out);
  if (!journal_dir) return std::unexpected(std::move(journal_dir).error());
  return Opened{
      .source = std::move(source->store), .output = std::move(*output), .journal_dir = std::move(*journal_dir)};
}

/// What the run works with, and how much of it at a time.
struct Means {
  const Opened& opened;
  Workplace& workplace;
  Sandbox& sandbox;
  TaskShares shares;
};

SweepSettings sweep_settings_of(const SettingsOfSweep& settings, const Means& means) {
  const auto& output = settings.get<OutputOptions>();
  const Selection& selection = settings.get<SelectionOptions>().globs;
  const auto& sweep = settings.get<SweepOptions>();
  return {.run_id = make_run_id(*means.workplace.clock, *means.workplace.random),
          .recipe = in_force(recipe_of(settings.values())),
          .journal_dir = means.opened.journal_dir,
          .exclusive = output.place.is_folder(),
          .names_decide = !settings.get<SourceOptions>().place.is_folder(),
          .leave_out = [&](std::string_view prefix) { return output.has_folder(prefix) || !selection.enters(prefix); },
          .selection = selection,
          .retry_failed = sweep.retry_failed,
          .fail_if_empty = settings.get<EmptySourceOptions>().fails,
          .manifest_always = sweep.manifest == ManifestWhen::always,
          .documents_in_flight_max = std::min(means.shares.slots * documents_in_flight_per_slot, means.shares.threads)};
}

int run_sweep(const SettingsOfSweep& settings, const Means& means, StandardOutput& out, std::stop_token stop) {
  const auto& [opened, workplace, sandbox, shares] = means;
  const auto& summary_options = settings.get<SummaryOptions>();
  const bool quiet = settings.get<QuietOptions>().on;
  const auto started = workplace.clock->steady_now();
  RunProgress progress;
  OutputView view(*opened.output);
  Witnesses witnesses;
  const Mill mill{.source = *opened.source,
                  .output = *opened.output,
                  .extractor = sandbox,
                  .clock = *workplace.clock,
                  .random = *workplace.random,
                  .passwords = settings.get<PasswordOptions>().found,
                  .redo_done = !settings.get<RepetitionOptions>().skip_if_exists,
                  .source_bytes = workplace.source_bytes,
                  .progress = progress,
                  .view = view,
                  .witnesses = witnesses};
  const SweepSettings sweep_settings = sweep_settings_of(settings, means);
  std::optional<ProgressDisplay> display(
      std::in_place, progress,
      !quiet && settings.get<LogOptions>().settings.format == log::Format::text && ::isatty(STDERR_FILENO) == 1);
  set_words_of_sudden_end(
      fmt::format("the rows of this run are in {}; the next run makes its manifest of them, and goes on",
                  (opened.journal_dir / (sweep_settings.run_id + ".journal")).string()));
  log::info("run_started", {{"run_id", sweep_settings.run_id},
                            {"sandbox_tier", sandbox.sandbox_tier()},
                            {"workers", shares.slots},
                            {"recipe_hash", sweep_settings.recipe->hash}});
  const auto summary = sweep(mill, sweep_settings, *workplace.concurrency, std::move(stop));
  display.reset();
  if (!summary) {
    write_stderr_line("docmill: " + summary.error().text());
    return exit_code_unfinished;
  }
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(workplace.clock->steady_now() - started);
  const std::string text =
      summary_options.format == SummaryFormat::json ? summary_json(*summary, elapsed) : summary_text(*summary, elapsed);
  log::info("run_finished", {{"run_id", sweep_settings.run_id},
                             {"exit_code", exit_code_of(*summary)},
                             {"documents_done", progress.documents_done.load()},
                             {"pages_done", progress.pages_done.load()},
                             {"duration_ms", elapsed.count()}});
  if (summary_options.is_wanted(quiet)) out.print(text);
  return exit_code_of(*summary);
}

}  // namespace

Result<int> sweep_command(const SettingsOfSweep& settings, StandardOutput& out) {
  if (settings.get<DryRunOptions>().on) return dry_run_command(settings, out);
  SandboxSettings sandbox_settings = sandbox_of(settings.values());
  const TaskShares shares = fit_to_granted_tasks({.slots = sandbox_settings.slots, .threads = documents_in_flight_max});
  sandbox_settings.slots = shares.slots;
  auto ends_on_signal = EndOnSignal::begin(exit_code_unfinished);
  if (!ends_on_signal) return std::unexpected(std::move(ends_on_signal).error());
  std::optional opening(*std::move(ends_on_signal));
  Workplace workplace(settings.values());
  const auto opened = open(settings, workplace.stores);
  if (!opened) return std::unexpected(opened.error());
  opening.reset();
  return run_sandboxed(
      sandbox_settings, settings.get<SweepOptions>().grace, [&](Sandbox& sandbox, std::stop_token stop) {
        return run_sweep(settings, {.opened = *opened, .workplace = workplace, .sandbox = sandbox, .shares = shares},
                         out, std::move(stop));
      });
}

}  // namespace docmill
