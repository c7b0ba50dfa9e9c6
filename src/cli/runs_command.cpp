#include "cli/runs_command.h"

#include <fmt/format.h>

#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cli/show_command.h"
#include "cli/stop_signals.h"
#include "cli/workplace.h"
#include "document/limits.h"
#include "output/manifest.h"
#include "output/runs.h"
#include "telemetry/log.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

using Json = nlohmann::ordered_json;

/// Of ten million documents.
constexpr std::uint64_t manifest_size_bytes_max = 2 * GiB;

std::string line_of(const RunFile& run) {
  return printable(fmt::format("{:<28} {:>10} bytes", run.run_id, run.manifest.size_bytes), Lines::escape) + "\n";
}

std::string json_line_of(const RunFile& run, const ObjectStore& output) {
  const Json line{{"run_id", run.run_id},
                  {"manifest_uri", output.uri(run.manifest.key)},
                  {"size_bytes", run.manifest.size_bytes},
                  {"written_at", iso8601(run.manifest.modified_at)}};
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<int> list_runs(const SettingsOfRuns& settings, ObjectStore& output, StandardOutput& out) {
  bool any = false;
  const auto listed = each_run(output, [&](const RunFile& run) {
    any = true;
    out.print(settings.get<JsonOptions>().on ? json_line_of(run, output) : line_of(run));
  });
  if (!listed) return std::unexpected(listed.error());
  if (!any && !settings.get<JsonOptions>().on)
    out.print("No run left a table there; runs in which nothing happened leave none.\n");
  return 0;
}

Result<int> show_run(const SettingsOfRuns& settings, Stores& stores, ObjectStore& output, StandardOutput& out) {
  std::string key = settings.get<RunsOptions>().run_id.empty() ? "" : manifest_key(settings.get<RunsOptions>().run_id);
  if (key.empty()) {
    const auto listed = each_run(output, [&key](const RunFile& run) { key = run.manifest.key; });
    if (!listed) return std::unexpected(listed.error());
  }
  if (key.empty()) return fail(ErrorKind::not_found, output.uri(""), "no run left a table there");
  const std::string uri = output.uri(key);
  auto manifest = open_shown(uri, stores, manifest_size_bytes_max);
  if (!manifest) return std::unexpected(std::move(manifest).error());
  const auto shown =
      show({.name = uri, .file = *std::move(manifest)}, [&out](std::string_view text) { return out.print(text); });
  if (!shown) return std::unexpected(shown.error());
  return 0;
}

/// Of any number of runs only the newest are remembered: what they push out is older.
Result<int> prune_runs(const SettingsOfRuns& settings, ObjectStore& output, StandardOutput& out) {
  std::deque<RunFile> newest;
  std::uint64_t older = 0;
  std::optional<Error> failure;
  const auto take = [&](const RunFile& run) {
    ++older;
    if (settings.get<ConfirmationOptions>().yes && !failure)
      if (auto removed = output.remove(run.manifest.key); !removed) failure = std::move(removed).error();
    if (!failure) out.print((settings.get<ConfirmationOptions>().yes ? "removed " : "") + line_of(run));
  };
  const auto listed = each_run(output, [&](RunFile run) {
    newest.push_back(std::move(run));
    if (newest.size() <= settings.get<RunsOptions>().kept) return;
    take(newest.front());
    newest.pop_front();
  });
  if (!listed) return std::unexpected(listed.error());
  if (failure) return std::unexpected(*std::move(failure));
  out.print(fmt::format("{} older {}{}; the newest {} {}\n", older, older == 1 ? "run" : "runs",
                        settings.get<ConfirmationOptions>().yes ? " removed" : "", newest.size(),
                        newest.size() == 1 ? "stays" : "stay"));
  if (!settings.get<ConfirmationOptions>().yes && older > 0)
    out.print("Add --yes to remove them; outputs stay as they are.\n");
  return 0;
}

}  // namespace

Result<int> runs_command(const SettingsOfRuns& settings, StandardOutput& out) {
  const auto signals = EndOnSignal::begin(exit_code_unfinished);
  if (!signals) return std::unexpected(signals.error());
  Workplace workplace(settings.values());
  const auto output = workplace.stores.open(settings.get<OutputOptions>().place, /*create_folder=*/false);
  if (!output) return std::unexpected(output.error());
  switch (settings.get<RunsOptions>().action) {
    case RunsAction::list:
      return list_runs(settings, **output, out);
    case RunsAction::show:
      return show_run(settings, workplace.stores, **output, out);
    case RunsAction::prune:
      return prune_runs(settings, **output, out);
  }
  return 0;
}

}  // namespace docmill
