#include "cli/dry_run_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "cli/left_out_text.h"
#include "cli/place_errors_text.h"
#include "cli/recipe_of.h"
#include "cli/source.h"
#include "cli/stop_signals.h"
#include "cli/workplace.h"
#include "mill/dry_run.h"
#include "store/absent_folder.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

using Json = nlohmann::ordered_json;

std::string_view words_of(Reason reason) {
  switch (reason) {
    case Reason::forced:
      return "--force";
    case Reason::no_output:
      return "no output yet";
    case Reason::not_of_docmill:
      return "what lies there is no output of docmill's";
    case Reason::output_unseen:
      return "its output may not be looked at";
    case Reason::output_older:
      return "newer than its output, by a listing";
    case Reason::source_changed:
      return "the document changed";
    case Reason::settings_changed:
      return "other settings";
    case Reason::version_changed:
      return "another version of docmill";
    case Reason::pages_to_retry:
      return "some pages are tried again";
    case Reason::failed_before:
      return "failed before, and something changed since";
    case Reason::done:
      return "done";
    case Reason::done_with_errors:
      return "done, some pages have errors";
    case Reason::known_to_fail:
      return "known to fail (--retry-failed)";
    case Reason::source_gone:
      return "no longer there";
  }
  return "";
}

std::string_view action_of(const PlannedDocument& document) {
  if (!document.verdict) return "unknown";
  return is_due(document.verdict->reason) ? "process" : "skip";
}

std::string line_of(const PlannedDocument& document) {
  const std::string why =
      document.verdict ? std::string(words_of(document.verdict->reason)) : document.verdict.error().text();
  return printable(fmt::format("{:<8} {}: {}", action_of(document), document.source_uri, why), Lines::escape) + "\n";
}

std::string json_line_of(const PlannedDocument& document) {
  const Json line{
      {"action", action_of(document)},
      {"reason", document.verdict ? Json(name_of(document.verdict->reason)) : Json(document.verdict.error().text())},
      {"source_uri", document.source_uri},
      {"source_size_bytes", document.size_bytes}};
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string summary_text(const DryRunSummary& summary) {
  std::string text =
      fmt::format("\n{} would be processed ({:.1f} MB), {} skipped",
                  summary.documents_due == 1 ? "1 document" : fmt::format("{} documents", summary.documents_due),
                  static_cast<double>(summary.bytes_due) / 1e6, summary.documents_skipped);
  if (summary.documents_skipped_with_error > 0)
    text += fmt::format(" ({} of them known to fail or to be partial)", summary.documents_skipped_with_error);
  if (summary.documents_unknown > 0) text += fmt::format(", {} could not be looked at", summary.documents_unknown);
  if (summary.files_ignored > 0) text += fmt::format("; {} other files ignored", summary.files_ignored);
  text += "\n" + left_out_text(summary.left_out) + "Nothing was written.\n";
  return text + place_errors_text(summary.place_errors, summary.place_errors_more);
}

std::string summary_json(const DryRunSummary& summary) {
  auto errors = Json::array();
  for (const Error& error : summary.place_errors) errors.push_back(error.text());
  const Json object{{"finished", summary.finished},
                    {"dry_run", true},
                    {"documents_due", summary.documents_due},
                    {"bytes_due", summary.bytes_due},
                    {"documents_skipped", summary.documents_skipped},
                    {"documents_skipped_with_error", summary.documents_skipped_with_error},
                    {"documents_unknown", summary.documents_unknown},
                    {"files_ignored", summary.files_ignored},
                    {"left_out", left_out_json(summary.left_out)},
                    {"place_errors", std::move(errors)},
                    {"place_errors_more", summary.place_errors_more}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// Without making its folder.
Result<std::unique_ptr<ObjectStore>> open_output(const Place& out, Stores& stores) {
  std::error_code ignored;
  if (out.is_folder() && !std::filesystem::exists(out.path(), ignored)) return make_absent_folder_store(out.path());
  return stores.open(out, /*create_folder=*/false);
}

}  // namespace

Result<int> dry_run_command(const SettingsOfSweep& settings, StandardOutput& out) {
  const Place& in = settings.get<SourceOptions>().place;
  const auto& output_options = settings.get<OutputOptions>();
  const Selection& selection = settings.get<SelectionOptions>().globs;
  const auto& summary_options = settings.get<SummaryOptions>();
  const std::stop_source stop;
  const auto signals = StopSignals::wait_or_end(stop, settings.get<SweepOptions>().grace);
  if (!signals) return std::unexpected(signals.error());
  Workplace workplace(settings.values());
  const auto source = open_source(in, workplace.stores);
  if (!source) return std::unexpected(source.error());
  const auto output = open_output(output_options.place, workplace.stores);
  if (!output) return std::unexpected(output.error());
  OutputView view(**output);
  const SharedRecipe recipe = in_force(recipe_of(settings.values()));
  const Judge judge{.source = *source->store,
                    .view = view,
                    .recipe = *recipe,
                    .passwords_given = !settings.get<PasswordOptions>().found.empty(),
                    .redo_done = !settings.get<RepetitionOptions>().skip_if_exists};
  const bool json = summary_options.format == SummaryFormat::json;
  const auto tell = [&](const PlannedDocument& document) {
    // A list that nobody takes any more is not made to its end.
    if (!out.print(json ? json_line_of(document) : line_of(document))) std::stop_source(stop).request_stop();
  };
  const auto summary = dry_run(
      judge,
      {.leave_out =
           [&](std::string_view prefix) { return output_options.has_folder(prefix) || !selection.enters(prefix); },
       .selection = selection,
       .names_decide = !in.is_folder(),
       .retry_failed = settings.get<SweepOptions>().retry_failed},
      tell, stop.get_token());
  if (!summary) return std::unexpected(summary.error());
  if (summary_options.is_wanted(settings.get<QuietOptions>().on))
    out.print(json ? summary_json(*summary) : summary_text(*summary));
  if (!summary->finished) return out.is_broken() ? 0 : exit_code_unfinished;
  const bool is_empty = summary->documents_due + summary->documents_skipped == 0;
  return settings.get<EmptySourceOptions>().fails && is_empty ? 1 : 0;
}

}  // namespace docmill
