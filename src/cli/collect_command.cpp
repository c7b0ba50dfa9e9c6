#include "cli/collect_command.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "cli/granted_cores.h"
#include "cli/milling.h"
#include "cli/place_errors_text.h"
#include "cli/places.h"
#include "cli/run_id.h"
#include "cli/stop_signals.h"
#include "cli/workplace.h"
#include "mill/collect.h"
#include "mill/in_parallel.h"
#include "output/dataset/dataset_manifest.h"
#include "telemetry/log.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

using Json = nlohmann::ordered_json;

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string left_out_text(const CollectSummary& summary) {
  std::string text;
  const auto add = [&text](std::uint64_t count, std::string_view what) {
    if (count > 0) text += fmt::format("  {} {}\n", count, what);
  };
  add(summary.outputs_stale, "stale: a newer version of the document is there, or it is gone");
  add(summary.outputs_unreadable, "that cannot be read");
  for (const LeftOutOutput& output : summary.unreadable)
    text += printable(fmt::format("    {}: {}", output.uri, output.reason), Lines::escape) + "\n";
  if (summary.outputs_unreadable > summary.unreadable.size())
    text += fmt::format("    and {} more\n", summary.outputs_unreadable - summary.unreadable.size());
  add(summary.of_other_tables, "of other tables");
  add(summary.of_others, "objects that are no outputs of docmill's");
  return text.empty() ? "" : "Left out:\n" + text;
}

std::string notes_text(const CollectSummary& summary) {
  std::string text;
  const auto add = [&text](std::uint64_t count, std::string_view what) {
    if (count > 0) text += fmt::format("{} {}\n", count, what);
  };
  add(summary.outputs_partial, "joined of documents with errors on some pages");
  add(summary.outputs_retry, "joined of documents with errors on some pages that the next sweep tries again");
  add(summary.outputs_unmatched, "in the default partition: the address does not match --partition");
  add(summary.leftovers_removed, "files removed that a killed run had left");
  add(summary.strangers,
      "Parquet files in the folders of the dataset are not docmill's: readers take them for part of it");
  return text;
}

std::string summary_text(const CollectSummary& summary, std::chrono::milliseconds elapsed) {
  std::string text =
      fmt::format("{}: {} read, {} unchanged; {} added, {} replaced, {} removed\n",
                  counted(summary.outputs_listed, "output", "outputs"), summary.outputs_read, summary.outputs_unchanged,
                  summary.outputs_added, summary.outputs_replaced, summary.outputs_removed);
  if (summary.finished)
    text += fmt::format("{} of {} in {} ({:.1f} MB), {} new, {} removed, in {:.1f} s{}\n",
                        counted(summary.rows, "row", "rows"), counted(summary.outputs_joined, "output", "outputs"),
                        counted(summary.files, "file", "files"), static_cast<double>(summary.bytes) / 1e6,
                        summary.files_added, summary.files_removed, std::chrono::duration<double>(elapsed).count(),
                        summary.has_changed ? "" : "; nothing had changed");
  else
    text += "It did not finish; run it again.\n";
  return text + notes_text(summary) + left_out_text(summary) +
         place_errors_text(summary.place_errors, summary.place_errors_more);
}

int exit_code_of(const CollectSummary& summary) {
  if (!summary.finished) return exit_code_unfinished;
  return summary.outputs_unreadable > 0 || !summary.place_errors.empty() ? 1 : 0;
}

std::string summary_json(const CollectSummary& summary, std::chrono::milliseconds elapsed) {
  auto unreadable = Json::array();
  for (const LeftOutOutput& output : summary.unreadable)
    unreadable.push_back({{"uri", output.uri}, {"reason", output.reason}});
  auto errors = Json::array();
  for (const Error& error : summary.place_errors) errors.push_back(error.text());
  const Json object{{"finished", summary.finished},
                    {"exit_code", exit_code_of(summary)},
                    {"has_changed", summary.has_changed},
                    {"outputs_listed", summary.outputs_listed},
                    {"outputs_read", summary.outputs_read},
                    {"outputs_unchanged", summary.outputs_unchanged},
                    {"outputs_added", summary.outputs_added},
                    {"outputs_replaced", summary.outputs_replaced},
                    {"outputs_removed", summary.outputs_removed},
                    {"outputs_joined", summary.outputs_joined},
                    {"outputs_empty", summary.outputs_empty},
                    {"outputs_partial", summary.outputs_partial},
                    {"outputs_retry", summary.outputs_retry},
                    {"rows", summary.rows},
                    {"outputs_stale", summary.outputs_stale},
                    {"outputs_unreadable", summary.outputs_unreadable},
                    {"unreadable", std::move(unreadable)},
                    {"of_others", summary.of_others},
                    {"of_other_tables", summary.of_other_tables},
                    {"outputs_unmatched", summary.outputs_unmatched},
                    {"files", summary.files},
                    {"files_added", summary.files_added},
                    {"files_removed", summary.files_removed},
                    {"leftovers_removed", summary.leftovers_removed},
                    {"strangers", summary.strangers},
                    {"bytes", summary.bytes},
                    {"elapsed_ms", elapsed.count()},
                    {"place_errors", std::move(errors)},
                    {"place_errors_more", summary.place_errors_more}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// In a folder reading is work of this machine; in a bucket it is waiting.
std::size_t threads_of(const Place& outputs) {
  return outputs.is_folder() ? std::min<std::size_t>(granted_cores(), looks_at_a_time) : looks_at_a_time;
}

Result<PartitionRule> rule_of(const std::string& expression) {
  return expression.empty() ? PartitionRule() : PartitionRule::create(expression);
}

/// Uploads that killed runs have begun.
void remove_uploads(ObjectStore& dataset, Clock& clock) {
  const auto is_own = [](std::string_view key) { return key == dataset_manifest_key || is_dataset_file(key); };
  if (const auto looked = dataset.remove_leftovers(clock.wall_now() - std::chrono::hours(24), is_own); !looked)
    log::info("uploads_unseen",
              {{"reason", looked.error().text()},
               {"consequence", "parts of uploads that were killed stay until a rule of the bucket ends them"}});
}

Place resolved(const Place& place) {
  if (!place.is_folder()) return place;
  std::error_code error;
  auto path = std::filesystem::weakly_canonical(place.path(), error);
  return place_of(error ? place.path().lexically_normal() : path);
}

}  // namespace

Result<void> check_collect(const GroupValues& values, std::string_view command) {
  const auto& collect = values.get<CollectOptions>();
  const auto complain = [&](std::string_view subject, std::string message) {
    return fail(ErrorKind::invalid_input, subject, std::move(message));
  };
  if (collect.outputs.empty())
    return complain(command, "--in is missing: the folder of outputs, or s3://BUCKET/PREFIX, that a sweep wrote to");
  if (collect.dataset.empty())
    return complain(command, "--out is missing: the folder for the dataset, or s3://BUCKET/PREFIX");
  if (collect.outputs.is_folder())
    if (auto checked = check_folder("--in", collect.outputs, "not a folder"); !checked) return checked;
  const Layout layout = values.get_or_default<LayoutOptions>().layout;
  if (const auto fault = layout.fault()) return complain(command, *fault);
  const Place tables = resolved(collect.outputs).below(layout.tables), dataset = resolved(collect.dataset);
  if (tables.contains(dataset) || dataset.contains(resolved(collect.outputs)))
    return complain("--out", "the dataset would lie among the outputs, or they in it; it wants a place beside them");
  return {};
}

Result<int> collect_command(const SettingsOfCollect& settings, StandardOutput& out) {
  const std::stop_source stop;
  const auto signals = StopSignals::wait_or_end(stop, grace_default);
  if (!signals) return std::unexpected(signals.error());
  const auto& options = settings.get<CollectOptions>();
  const auto rule = rule_of(options.partition);
  if (!rule) return std::unexpected(rule.error());
  Workplace workplace(settings.values());
  const auto outputs = workplace.stores.open(options.outputs, /*create_folder=*/false);
  if (!outputs) return std::unexpected(outputs.error());
  const auto dataset = workplace.stores.open(options.dataset, /*create_folder=*/true);
  if (!dataset) return std::unexpected(dataset.error());
  const auto started = workplace.clock->steady_now();
  const CollectSettings collecting{.tables = options.tables,
                                   .partition = options.partition,
                                   .layout = settings.get<LayoutOptions>().layout,
                                   .writing = {.file_size_bytes = static_cast<std::int64_t>(options.file_size_bytes)},
                                   .threads_max = threads_of(options.outputs),
                                   .run_id = make_run_id(*workplace.clock, *workplace.random)};
  RunProgress progress;
  std::optional<ProgressDisplay> display(std::in_place, progress, shows_live_line(settings.values()));
  const auto summary = collect(**outputs, **dataset, collecting, *rule, *workplace.random, progress, stop.get_token());
  display.reset();
  remove_uploads(**dataset, *workplace.clock);
  if (!summary) return std::unexpected(summary.error());
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(workplace.clock->steady_now() - started);
  log::info("collect_finished", {{"run_id", collecting.run_id},
                                 {"exit_code", exit_code_of(*summary)},
                                 {"outputs_read", summary->outputs_read},
                                 {"files_added", summary->files_added},
                                 {"files_removed", summary->files_removed},
                                 {"duration_ms", elapsed.count()}});
  const auto& words = settings.get<SummaryOptions>();
  if (words.is_wanted(settings.get<QuietOptions>().on))
    out.print(words.format == SummaryFormat::json ? summary_json(*summary, elapsed) : summary_text(*summary, elapsed));
  return exit_code_of(*summary);
}

}  // namespace docmill
