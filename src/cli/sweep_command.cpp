#include "cli/sweep_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/digest.h"
#include "cli/dry_run_command.h"
#include "cli/milling.h"
#include "cli/own_temporary_folder.h"
#include "cli/recipe_of.h"
#include "cli/run_id.h"
#include "cli/source.h"
#include "cli/summary.h"
#include "mill/sweep.h"
#include "output/names.h"
#include "telemetry/log.h"
#include "telemetry/stderr_line.h"

namespace docmill {
namespace {

/// So many documents are read, extracted or written at a time for each slot: enough to fill a child's list while others
/// wait for the disk. Each has up to three files open, and 1,024 is a usual limit.
constexpr std::uint32_t documents_in_flight_per_slot = 128;

/// Beside the outputs where they are files; else in a folder for this output, so that the next run here finds what a
/// killed one left.
Result<std::filesystem::path> journal_dir_for(const Place& out) {
  if (out.is_folder()) return out.path() / own_prefix / "runs";
  const std::string uri = out.uri();
  return own_temporary_folder(sha256_hex(std::as_bytes(std::span(uri))).substr(0, 16));
}

/// Told by `journal_dir` where the journals are.
Result<MillStores> open(const SettingsOfSweep& settings, Stores& stores, std::filesystem::path& journal_dir) {
  const Place& out = settings.get<OutputOptions>().place;
  auto source = open_source(settings.get<SourceOptions>().place, stores);
  if (!source) return std::unexpected(std::move(source).error());
  auto output = stores.open(out, true);
  if (!output) return std::unexpected(std::move(output).error());
  auto journals = journal_dir_for(out);
  if (!journals) return std::unexpected(std::move(journals).error());
  journal_dir = *std::move(journals);
  return MillStores{.source = std::move(source->store), .output = *std::move(output)};
}

SweepSettings sweep_settings_of(const SettingsOfSweep& settings, const std::filesystem::path& journal_dir,
                                const Milling::Parts& parts) {
  const auto& output = settings.get<OutputOptions>();
  const Selection& selection = settings.get<SelectionOptions>().globs;
  const auto& sweep = settings.get<SweepOptions>();
  return {.run_id = make_run_id(*parts.workplace.clock, *parts.workplace.random),
          .recipe = in_force(recipe_of(settings.values())),
          .journal_dir = journal_dir,
          .exclusive = output.place.is_folder(),
          .names_decide = !settings.get<SourceOptions>().place.is_folder(),
          .leave_out = [&](std::string_view prefix) { return output.has_folder(prefix) || !selection.enters(prefix); },
          .selection = selection,
          .retry_failed = sweep.retry_failed,
          .fail_if_empty = settings.get<EmptySourceOptions>().fails,
          .manifest_always = sweep.manifest == ManifestWhen::always,
          .documents_in_flight_max = std::min(parts.shares.slots * documents_in_flight_per_slot, parts.shares.threads)};
}

Result<int> run_sweep(const SettingsOfSweep& settings, const std::filesystem::path& journal_dir, Milling& milling,
                      StandardOutput& out) {
  const Milling::Parts& parts = milling.parts();
  Clock& clock = *parts.workplace.clock;
  const auto started = clock.steady_now();
  const auto reports = milling.report();
  if (!reports) return std::unexpected(reports.error());
  const SweepSettings sweep_settings = sweep_settings_of(settings, journal_dir, parts);
  std::optional<ProgressDisplay> display(std::in_place, milling.progress(), shows_live_line(settings.values()));
  set_words_of_sudden_end(
      fmt::format("the rows of this run are in {}; the next run makes its manifest of them, and goes on",
                  (journal_dir / (sweep_settings.run_id + ".journal")).string()));
  log::info("run_started", {{"run_id", sweep_settings.run_id},
                            {"sandbox_tier", parts.sandbox.sandbox_tier()},
                            {"workers", parts.shares.slots},
                            {"recipe_hash", sweep_settings.recipe->hash}});
  const auto summary = sweep(milling.mill(), sweep_settings, *parts.workplace.concurrency,
                             milling.observation().documents(), parts.stop);
  display.reset();
  if (!summary) {
    write_stderr_line("docmill: " + summary.error().text());
    return exit_code_unfinished;
  }
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady_now() - started);
  log::info("run_finished", {{"run_id", sweep_settings.run_id},
                             {"exit_code", exit_code_of(*summary)},
                             {"documents_done", milling.progress().documents_done.load()},
                             {"pages_done", milling.progress().pages_done.load()},
                             {"duration_ms", elapsed.count()}});
  const auto& words = settings.get<SummaryOptions>();
  if (words.is_wanted(settings.get<QuietOptions>().on))
    out.print(words.format == SummaryFormat::json ? summary_json(*summary, elapsed) : summary_text(*summary, elapsed));
  return exit_code_of(*summary);
}

}  // namespace

Result<int> sweep_command(const SettingsOfSweep& settings, StandardOutput& out) {
  if (settings.get<DryRunOptions>().on) return dry_run_command(settings, out);
  Workplace workplace(settings.values());
  std::filesystem::path journal_dir;
  return run_milling(
      settings.values(), workplace,
      {.documents_in_flight = documents_in_flight_max, .grace = settings.get<SweepOptions>().grace},
      [&] { return open(settings, workplace.stores, journal_dir); },
      [&](Milling& milling) { return run_sweep(settings, journal_dir, milling, out); });
}

}  // namespace docmill
