#include "cli/worker_command.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cli/message_recipe.h"
#include "cli/milling.h"
#include "cli/recipe_of.h"
#include "cli/source.h"
#include "cli/worker_observation.h"
#include "mill/feed.h"
#include "mill/leftovers.h"
#include "mill/worker.h"
#include "telemetry/log.h"
#include "telemetry/stderr_line.h"

namespace docmill {
namespace {

std::uint64_t documents_ok(const RunProgress& progress) {
  return progress.documents_done - progress.documents_partial - progress.documents_failed - progress.documents_skipped;
}

std::string summary_text(const WorkerSummary& summary, const RunProgress& progress, std::uint64_t leftovers_removed) {
  std::string text = fmt::format(
      "{} messages done, {} failed, {} given back\n"
      "documents: {} ok, {} partial, {} failed, {} skipped\n",
      summary.messages_done, summary.messages_failed, summary.messages_given_back, documents_ok(progress),
      progress.documents_partial.load(), progress.documents_failed.load(), progress.documents_skipped.load());
  if (const auto stale = progress.outputs_stale.load(); stale > 0)
    text += fmt::format("{} stale: the text is of an earlier version of the document; the log names them\n",
                        stale == 1 ? "1 output is" : fmt::format("{} outputs are", stale));
  if (leftovers_removed > 0)
    text += fmt::format("{} unfinished upload{} of killed workers removed\n", leftovers_removed,
                        leftovers_removed == 1 ? "" : "s");
  return text;
}

std::string summary_json(const WorkerSummary& summary, const RunProgress& progress, std::uint64_t leftovers_removed) {
  const nlohmann::ordered_json object{{"messages_done", summary.messages_done},
                                      {"messages_failed", summary.messages_failed},
                                      {"messages_given_back", summary.messages_given_back},
                                      {"documents_ok", documents_ok(progress)},
                                      {"documents_partial", progress.documents_partial.load()},
                                      {"documents_failed", progress.documents_failed.load()},
                                      {"documents_skipped", progress.documents_skipped.load()},
                                      {"outputs_stale", progress.outputs_stale.load()},
                                      {"leftovers_removed", leftovers_removed}};
  return object.dump() + "\n";
}

struct Queues {
  std::unique_ptr<Queue> work;
  std::unique_ptr<Queue> dead_letters;  // null where the queue names none
  std::uint32_t receives_max = 0;
};

Result<Queues> open_queues(const SettingsOfWorker& settings, Workplace& workplace) {
  auto work = workplace.queue(settings.get<QueueOptions>().uri);
  if (!work) return std::unexpected(std::move(work).error());
  Queues queues{.work = *std::move(work), .dead_letters = {}, .receives_max = settings.get<WorkOptions>().receives_max};
  const auto status = queues.work->status();
  if (!status && status.error().kind != ErrorKind::denied) return std::unexpected(status.error());
  if (!status) {
    log::warning("redrive_policy_unreadable",
                 {{"reason", status.error().text()},
                  {"max_receives", queues.receives_max},
                  {"consequence",
                   "failed documents are recorded and their messages removed; --on-failed keep leaves "
                   "them to the queue's own redrive"}});
    return queues;
  }
  queues.receives_max = status->receives_max.value_or(queues.receives_max);
  if (!status->dead_letter_uri) {
    log::warning("no_dead_letter_queue", {{"queue", queues.work->uri()}});
    return queues;
  }
  auto dead_letters = workplace.queue(*status->dead_letter_uri);
  if (!dead_letters) return std::unexpected(std::move(dead_letters).error());
  queues.dead_letters = *std::move(dead_letters);
  return queues;
}

struct Opened {
  Queues queues;
  std::unique_ptr<ObjectStore> history;  // null without --history
};

Result<MillStores> open(const SettingsOfWorker& settings, Workplace& workplace, Opened& opened) {
  Stores& stores = workplace.stores;
  const Place& in = settings.get<SourceOptions>().place;
  auto source = in.empty() ? stores.open_any_bucket() : open_source_folder(in, stores);
  if (!source) return std::unexpected(std::move(source).error());
  auto output = stores.open(settings.get<OutputOptions>().place, true);
  if (!output) return std::unexpected(std::move(output).error());
  if (const ObjectPlace& place = settings.get<HistoryOptions>().place; !place.empty()) {
    auto history = stores.open(place.folder, true);
    if (!history) return std::unexpected(std::move(history).error());
    opened.history = *std::move(history);
  }
  auto queues = open_queues(settings, workplace);
  if (!queues) return std::unexpected(std::move(queues).error());
  opened.queues = *std::move(queues);
  return MillStores{.source = *std::move(source), .output = *std::move(output)};
}

WorkerSettings worker_settings_of(const SettingsOfWorker& settings, const Queues& queues, const TaskShares& shares) {
  const auto& options = settings.get<WorkOptions>();
  WorkerSettings worker;
  worker.recipe = in_force(recipe_of(settings.values()));
  worker.in = settings.get<SourceOptions>().place;
  worker.out = settings.get<OutputOptions>().prefixes;
  worker.documents_in_flight = shares.threads;
  worker.visibility_timeout = options.visibility_timeout;
  worker.receive_wait = options.receive_wait;
  worker.receives_max = queues.receives_max;
  worker.on_failed = options.on_failed;
  worker.exit_when_empty = options.exit_when_empty;
  worker.recipe_with = [&](std::string_view json) { return message_recipe(settings.values(), json); };
  return worker;
}

FeedSettings feed_settings_of(const SettingsOfWorker& settings) {
  const auto& output = settings.get<OutputOptions>();
  const auto& selection = settings.get<SelectionOptions>();
  return {.folder = settings.get<SourceOptions>().place,
          .leave_out =
              [&](std::string_view prefix) { return output.has_folder(prefix) || !selection.globs.enters(prefix); },
          .selection = selection.globs,
          .follow_links = selection.follow_links};
}

/// `--watch`: puts documents that appear into the queue, on a thread of its own, until `ended`; a fault of it ends the
/// worker.
class Feeding {
 public:
  Feeding(const SettingsOfWorker& settings, const Milling::Parts& parts, Queue& queue, std::stop_source& ended)
      : settings_(feed_settings_of(settings)), ended_(ended) {
    if (!settings.get<WorkOptions>().watch) return;
    Concurrency& concurrency = *parts.workplace.concurrency;
    auto thread = concurrency.start(
        [this, &parts, &queue, &concurrency] {
          end(feed(parts.source, queue, settings_, *parts.workplace.clock, concurrency, ended_.get_token()));
        },
        [this](const Error& error) { end(std::unexpected(error)); });
    if (thread)
      thread_ = *std::move(thread);
    else
      end(std::unexpected(std::move(thread).error()));
  }

  Feeding(const Feeding&) = delete;
  Feeding& operator=(const Feeding&) = delete;
  ~Feeding() { ended_.request_stop(); }

  /// Wait for its end, which this asks for.
  Result<void> join() {
    ended_.request_stop();
    thread_.reset();
    return result_;
  }

 private:
  void end(Result<void> result) {
    result_ = std::move(result);
    if (!result_) ended_.request_stop();
  }

  const FeedSettings settings_;
  std::stop_source& ended_;
  Result<void> result_;
  std::unique_ptr<RunningThread> thread_;
};

int end_with(const Error& error) {
  write_stderr_line("docmill: " + error.text());
  return exit_code_unfinished;
}

Result<int> run_worker(const SettingsOfWorker& settings, const Opened& opened, Milling& milling, StandardOutput& out) {
  const Milling::Parts& parts = milling.parts();
  const Queues& queues = opened.queues;
  std::stop_source ended;  // told to stop, or cannot go on
  const std::stop_callback on_stop(parts.stop, [&] { ended.request_stop(); });
  const std::stop_callback on_end(ended.get_token(), [&] { milling.observation().liveness().on_drain(); });
  milling.progress().endless = true;
  const auto observation = WorkerObservation::begin(settings.get<ObserverOptions>(), settings.get<HistoryOptions>(),
                                                    milling, *queues.work, opened.history.get());
  if (!observation) return std::unexpected(observation.error());
  const WorkerSettings worker = worker_settings_of(settings, queues, parts.shares);
  set_words_of_sudden_end("the messages in hand are seen again when their visibility timeout ends");
  log::info("worker_started", {{"queue", queues.work->uri()},
                               {"sandbox_tier", parts.sandbox.sandbox_tier()},
                               {"workers", parts.shares.slots},
                               {"recipe_hash", worker.recipe->hash}});
  remove_leftovers(parts.output, worker.recipe->recipe.layout, *parts.workplace.clock);
  Feeding feeding(settings, parts, *queues.work, ended);
  // In a log the metrics say more.
  std::optional<ProgressDisplay> display;
  if (shows_live_line(settings.values())) display.emplace(milling.progress(), true);
  const auto summary =
      work(milling.mill(),
           {.queue = *queues.work, .dead_letters = queues.dead_letters.get(), .results = (*observation)->results()},
           worker, *parts.workplace.concurrency, (*observation)->observer(), ended.get_token());
  const auto fed = feeding.join();
  display.reset();
  if (!summary) return end_with(summary.error());
  if (!fed) return end_with(fed.error());
  const RunProgress& progress = milling.progress();
  const auto& words = settings.get<SummaryOptions>();
  if (words.is_wanted(settings.get<QuietOptions>().on)) {
    const auto removed = parts.output.leftovers_removed();
    out.print(words.format == SummaryFormat::json ? summary_json(*summary, progress, removed)
                                                  : summary_text(*summary, progress, removed));
  }
  return worker.exit_when_empty && (summary->messages_failed > 0 || progress.documents_partial > 0) ? 1 : 0;
}

}  // namespace

Result<int> worker_command(const SettingsOfWorker& settings, StandardOutput& out) {
  const auto& options = settings.get<WorkOptions>();
  Workplace workplace(settings.values());
  Opened opened;
  return run_milling(
      settings.values(), workplace,
      {.documents_in_flight = options.documents_in_flight,
       .grace = options.drain_timeout,
       .exit_code_of_early_stop = 0},
      [&] { return open(settings, workplace, opened); },
      [&](Milling& milling) { return run_worker(settings, opened, milling, out); });
}

}  // namespace docmill
