#include "cli/enqueue_command.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/left_out_text.h"
#include "cli/place_errors_text.h"
#include "cli/source.h"
#include "cli/stop_signals.h"
#include "cli/workplace.h"
#include "mill/enqueue.h"
#include "telemetry/log.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

std::string summary_text(const EnqueueSummary& summary, bool dry_run) {
  std::string text =
      fmt::format("{} {} {}", summary.documents_enqueued, summary.documents_enqueued == 1 ? "document" : "documents",
                  dry_run ? "would be enqueued" : "enqueued");
  if (summary.objects_left_out > 0)
    text += fmt::format("; {} left out by --since or --match", summary.objects_left_out);
  if (summary.files_ignored > 0) text += fmt::format("; {} ignored that are no documents", summary.files_ignored);
  text += '\n' + left_out_text(summary.left_out);
  if (summary.finished) return text;
  text += "\nIt did not finish; to run it again is safe: what is sent twice is recognised by the workers.\n";
  return text + place_errors_text(summary.place_errors, summary.place_errors_more);
}

std::string summary_json(const EnqueueSummary& summary, bool dry_run) {
  auto errors = nlohmann::ordered_json::array();
  for (const Error& error : summary.place_errors)
    errors.push_back({{"error_kind", name_of(error.kind)}, {"subject", error.subject}, {"message", error.message}});
  const nlohmann::ordered_json object{{"finished", summary.finished},
                                      {"dry_run", dry_run},
                                      {"documents_enqueued", summary.documents_enqueued},
                                      {"objects_left_out", summary.objects_left_out},
                                      {"files_ignored", summary.files_ignored},
                                      {"left_out", left_out_json(summary.left_out)},
                                      {"place_errors", std::move(errors)},
                                      {"place_errors_more", summary.place_errors_more}};
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string document_json(const std::string& uri, std::uint64_t size_bytes) {
  const nlohmann::ordered_json line{{"source_uri", uri}, {"source_size_bytes", size_bytes}};
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

Result<int> enqueue_command(const SettingsOfEnqueue& settings, StandardOutput& out) {
  const bool dry_run = settings.get<DryRunOptions>().on;
  const Selection& selection = settings.get<SelectionOptions>().globs;
  const auto& options = settings.get<EnqueueOptions>();
  const auto& summary_options = settings.get<SummaryOptions>();
  const std::stop_source stop;
  const auto signals = StopSignals::wait_or_end(stop, grace_default);
  if (!signals) return std::unexpected(signals.error());
  Workplace workplace(settings.values());
  auto source = open_source(settings.get<SourceOptions>().place, workplace.stores);
  if (!source) return std::unexpected(std::move(source).error());
  std::unique_ptr<Queue> queue;
  if (!dry_run) {
    auto opened = workplace.queue(settings.get<QueueOptions>().uri);
    if (!opened) return std::unexpected(std::move(opened).error());
    queue = *std::move(opened);
  }
  EnqueueSettings enqueue_settings{.place = source->place,
                                   .since = options.since,
                                   .match = options.match,
                                   .selection = selection,
                                   .recipe = options.message_recipe,
                                   .force = !settings.get<RepetitionOptions>().skip_if_exists,
                                   .leave_out = [&](std::string_view prefix) { return !selection.enters(prefix); }};
  if (dry_run)
    enqueue_settings.on_document = [&](const ObjectInfo& document) {
      const std::string uri = source->store->uri(document.key);
      const bool json = summary_options.format == SummaryFormat::json;
      if (!out.print((json ? document_json(uri, document.size_bytes) : uri) + "\n")) stop.request_stop();
    };
  const auto summary = enqueue(*source->store, queue.get(), enqueue_settings, *workplace.clock, stop.get_token());
  if (!summary) return std::unexpected(summary.error());
  if (summary_options.is_wanted(settings.get<QuietOptions>().on))
    out.print(summary_options.format == SummaryFormat::json ? summary_json(*summary, dry_run)
                                                            : summary_text(*summary, dry_run));
  // A list that nobody takes any more is not printed to its end.
  if (!summary->finished) return dry_run && out.is_broken() ? 0 : exit_code_unfinished;
  // What --since and --match leave out was found.
  if (!settings.get<EmptySourceOptions>().fails || summary->documents_enqueued + summary->objects_left_out > 0)
    return 0;
  log::warning("nothing_found",
               {{"place", source->store->uri("")}, {"message", "no PDF and no image lies there; is the place right?"}});
  return 1;
}

}  // namespace docmill
