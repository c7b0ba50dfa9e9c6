#include "cli/prune_command.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "cli/place_errors_text.h"
#include "cli/source.h"
#include "cli/stop_signals.h"
#include "cli/workplace.h"
#include "mill/prune.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

using Json = nlohmann::ordered_json;

std::string_view words_of(const Leftover& leftover) {
  switch (leftover.kind) {
    case LeftoverKind::stale:
      return leftover.known_to_fail ? "its document changed, and failed since"
                                    : "its document changed, and is not done since";
    case LeftoverKind::orphan:
      return "its document is gone";
    case LeftoverKind::mark:
      return "the document that failed is gone";
  }
  return "";
}

std::string line_of(const Leftover& leftover) {
  return printable(fmt::format("{}{:<7} {}: {}", leftover.removed ? "removed " : "", name_of(leftover.kind),
                               leftover.uri, words_of(leftover)),
                   Lines::escape) +
         "\n";
}

std::string json_line_of(const Leftover& leftover) {
  const Json line{{"kind", name_of(leftover.kind)},
                  {"uri", leftover.uri},
                  {"size_bytes", leftover.size_bytes},
                  {"known_to_fail", leftover.known_to_fail},
                  {"removed", leftover.removed}};
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::uint64_t leftovers_of(const PruneSummary& summary) {
  return summary.outputs_stale + summary.outputs_orphaned + summary.marks_orphaned;
}

std::string left_alone_text(const PruneSummary& summary) {
  std::string text;
  const auto add = [&text](std::uint64_t count, std::string_view what) {
    if (count > 0) text += fmt::format("  {} {}\n", count, what);
  };
  add(summary.kept_meanwhile, "that changed, or whose document came, before they could be removed");
  add(summary.of_other_places, "of documents that do not lie below --in");
  add(summary.of_others, "that are no outputs of docmill's");
  add(summary.excluded, "of documents excluded by --include or --exclude");
  return text.empty() ? "" : "Left alone:\n" + text;
}

/// What the look has taken, and what removing takes: of S3 each is a request.
std::string cost_text(const PruneSummary& summary, const SettingsOfPrune& settings) {
  const std::uint64_t page = settings.get<BucketOptions>().list_page_objects_max;
  const std::uint64_t pages = (summary.outputs_listed + page - 1) / page + (summary.sources_listed + page - 1) / page;
  std::string text = fmt::format("This took {} requests for single objects", summary.requests);
  if (!settings.get<SourceOptions>().place.is_folder() || !settings.get<OutputOptions>().place.is_folder())
    text += fmt::format(" and about {} pages of listings", pages);
  text += ".\n";
  if (settings.get<ConfirmationOptions>().yes || leftovers_of(summary) == 0) return text;
  text += fmt::format("Removing them takes {} more on top: add --yes.", 2 * leftovers_of(summary));
  if (!settings.get<OutputOptions>().place.is_folder())
    text += " It wants s3:DeleteObject on --out, beside s3:GetObject and s3:ListBucket on both places.";
  return text + "\n";
}

std::string summary_text(const PruneSummary& summary, const SettingsOfPrune& settings) {
  std::string text =
      fmt::format("{}{} in use; {} stale, {} orphaned, {} marks of failures without a document; {:.1f} MB",
                  leftovers_of(summary) > 0 ? "\n" : "", summary.in_use, summary.outputs_stale,
                  summary.outputs_orphaned, summary.marks_orphaned, static_cast<double>(summary.bytes) / 1e6);
  text += settings.get<ConfirmationOptions>().yes ? fmt::format("; {} removed\n", summary.removed) : "\n";
  if (!settings.get<ConfirmationOptions>().yes && summary.outputs_waiting > 0)
    text += fmt::format("{} of the stale may only wait for the next sweep: run one first\n", summary.outputs_waiting);
  text += left_alone_text(summary) + cost_text(summary, settings);
  if (!summary.finished) text += "It did not finish; what could not be looked at is left alone.\n";
  return text + place_errors_text(summary.place_errors, summary.place_errors_more);
}

std::string summary_json(const PruneSummary& summary) {
  auto errors = Json::array();
  for (const Error& error : summary.place_errors) errors.push_back(error.text());
  const Json object{{"finished", summary.finished},
                    {"in_use", summary.in_use},
                    {"outputs_stale", summary.outputs_stale},
                    {"outputs_waiting", summary.outputs_waiting},
                    {"outputs_orphaned", summary.outputs_orphaned},
                    {"marks_orphaned", summary.marks_orphaned},
                    {"bytes", summary.bytes},
                    {"removed", summary.removed},
                    {"kept_meanwhile", summary.kept_meanwhile},
                    {"of_other_places", summary.of_other_places},
                    {"of_others", summary.of_others},
                    {"excluded", summary.excluded},
                    {"outputs_listed", summary.outputs_listed},
                    {"sources_listed", summary.sources_listed},
                    {"requests", summary.requests},
                    {"place_errors", std::move(errors)},
                    {"place_errors_more", summary.place_errors_more}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<int> prune_command(const SettingsOfPrune& settings, StandardOutput& out) {
  const std::stop_source stop;
  const auto signals = StopSignals::wait_or_end(stop, grace_default);
  if (!signals) return std::unexpected(signals.error());
  Workplace workplace(settings.values());
  const auto source = open_source_folder(settings.get<SourceOptions>().place, workplace.stores);
  if (!source) return std::unexpected(source.error());
  const auto output = workplace.stores.open(settings.get<OutputOptions>().place, /*create_folder=*/false);
  if (!output) return std::unexpected(output.error());
  const bool json = settings.get<SummaryOptions>().format == SummaryFormat::json;
  const auto tell = [&](const Leftover& leftover) { out.print(json ? json_line_of(leftover) : line_of(leftover)); };
  const auto summary =
      prune(**source, **output,
            {.leave_out = [&](std::string_view prefix) { return settings.get<OutputOptions>().has_folder(prefix); },
             .layout = settings.get<LayoutOptions>().layout,
             .selection = settings.get<SelectionOptions>().globs,
             .remove = settings.get<ConfirmationOptions>().yes},
            tell, stop.get_token());
  if (!summary) return std::unexpected(summary.error());
  out.print(json ? summary_json(*summary) : summary_text(*summary, settings));
  return summary->finished ? 0 : exit_code_unfinished;
}

}  // namespace docmill
