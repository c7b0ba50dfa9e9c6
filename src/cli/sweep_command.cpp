#include "cli/sweep_command.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cli/sandboxed.h"
#include "cli/summary.h"
#include "mill/sweep.h"
#include "output/names.h"
#include "store/folder_store.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// So many documents are read, extracted or written at a time for each slot: enough to fill a child's list while others
/// wait for the disk. Each has three files open, and 1,024 is a usual limit.
constexpr std::uint32_t documents_in_flight_per_slot = 64;
constexpr std::uint32_t documents_in_flight_max = 256;
constexpr std::uint64_t source_bytes_in_flight_max = 128 * MiB;

/// Sorts by start: "20261122T014043Z-6f2a90c1".
std::string make_run_id(Clock& clock, Random& random) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(clock.wall_now()).time_since_epoch().count();
  return fmt::format("{:%Y%m%dT%H%M%SZ}-{:08x}", fmt::gmtime(seconds), random.next() & 0xffffffffU);
}

int run_sweep(const Settings& settings, ObjectStore& source, ObjectStore& output, Sandbox& sandbox,
              std::stop_token stop) {
  const auto clock = make_system_clock();
  const auto random = make_system_random();
  const auto started = clock->steady_now();
  RunProgress progress;
  const Mill mill{.source = source,
                  .output = output,
                  .extractor = sandbox,
                  .clock = *clock,
                  .random = *random,
                  .recipe = settings.recipe,
                  .recipe_hash = hash_of(settings.recipe),
                  .passwords = settings.passwords,
                  .redo_done = !settings.skip_if_exists,
                  .progress = progress};
  const std::string& leave_out = settings.out_prefix;
  const SweepSettings sweep_settings{
      .run_id = make_run_id(*clock, *random),
      .journal_dir = settings.out.path() / own_prefix / "runs",
      .leave_out = [&](std::string_view prefix) { return !leave_out.empty() && prefix.starts_with(leave_out); },
      .retry_failed = settings.retry_failed,
      .documents_in_flight_max =
          std::min(settings.sandbox.slots * documents_in_flight_per_slot, documents_in_flight_max),
      .source_bytes_in_flight_max = source_bytes_in_flight_max};
  std::optional<ProgressDisplay> display(std::in_place, progress,
                                         settings.log.format == log::Format::text && ::isatty(STDERR_FILENO) == 1);
  log::info("run_started", {{"run_id", sweep_settings.run_id},
                            {"sandbox_tier", sandbox.sandbox_tier()},
                            {"workers", settings.sandbox.slots},
                            {"recipe_hash", mill.recipe_hash}});
  const auto summary = sweep(mill, sweep_settings, std::move(stop));
  display.reset();
  if (!summary) {
    fmt::print(stderr, "docmill: {}\n", summary.error().text());
    return 3;
  }
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(clock->steady_now() - started);
  const std::string text =
      settings.summary == SummaryFormat::json ? summary_json(*summary, elapsed) : summary_text(*summary, elapsed);
  log::info("run_finished", {{"run_id", sweep_settings.run_id},
                             {"exit_code", exit_code_of(*summary)},
                             {"documents_done", progress.documents_done.load()},
                             {"pages_done", progress.pages_done.load()},
                             {"duration_ms", elapsed.count()}});
  fmt::print("{}", text);
  return exit_code_of(*summary);
}

}  // namespace

Result<int> sweep_command(const Settings& settings) {
  auto source = open_folder_store(settings.in.path(), false);
  if (!source) return std::unexpected(std::move(source).error());
  auto output = open_folder_store(settings.out.path(), true);
  if (!output) return std::unexpected(std::move(output).error());
  return run_sandboxed(settings.sandbox, settings.grace, [&](Sandbox& sandbox, std::stop_token stop) {
    return run_sweep(settings, **source, **output, sandbox, std::move(stop));
  });
}

}  // namespace docmill
