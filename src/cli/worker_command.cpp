#include "cli/worker_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cli/granted_tasks.h"
#include "cli/message_recipe.h"
#include "cli/observation.h"
#include "cli/recipe_of.h"
#include "cli/sandboxed.h"
#include "cli/source.h"
#include "cli/stop_signals.h"
#include "cli/workplace.h"
#include "mill/feed.h"
#include "mill/leftovers.h"
#include "mill/worker.h"
#include "telemetry/log.h"
#include "telemetry/stderr_line.h"

namespace docmill {
namespace {

/// Counts what came of documents, for the live line and the closing words.
class Tally final : public WorkerObserver {
 public:
  /// `progress` outlives it.
  explicit Tally(RunProgress& progress) : progress_(progress) {}

  void on_document(const Job& /*job*/, const DocumentRecord& record) override {
    ++progress_.documents_done;
    if (record.output_state == OutputState::stale) ++outputs_stale;
    switch (record.status) {
      case DocumentStatus::ok:
        break;
      case DocumentStatus::partial:
        ++progress_.documents_partial;
        break;
      case DocumentStatus::failed:
        ++progress_.documents_failed;
        break;
      case DocumentStatus::skipped:
        ++progress_.documents_skipped;
        break;
    }
  }

  std::atomic<std::uint64_t> outputs_stale = 0;  // they are named in the log

 private:
  RunProgress& progress_;
};

struct OutputCounts {
  std::uint64_t stale = 0;
  std::uint64_t leftovers_removed = 0;  // unfinished uploads of workers that were killed
};

std::uint64_t documents_ok(const RunProgress& progress) {
  return progress.documents_done - progress.documents_partial - progress.documents_failed - progress.documents_skipped;
}

std::string summary_text(const WorkerSummary& summary, const RunProgress& progress, const OutputCounts& outputs) {
  std::string text = fmt::format(
      "{} messages done, {} failed, {} given back\n"
      "documents: {} ok, {} partial, {} failed, {} skipped\n",
      summary.messages_done, summary.messages_failed, summary.messages_given_back, documents_ok(progress),
      progress.documents_partial.load(), progress.documents_failed.load(), progress.documents_skipped.load());
  if (outputs.stale > 0)
    text += fmt::format("{} stale: the text is of an earlier version of the document; the log names them\n",
                        outputs.stale == 1 ? "1 output is" : fmt::format("{} outputs are", outputs.stale));
  if (const auto removed = outputs.leftovers_removed; removed > 0)
    text += fmt::format("{} unfinished upload{} of killed workers removed\n", removed, removed == 1 ? "" : "s");
  return text;
}

std::string summary_json(const WorkerSummary& summary, const RunProgress& progress, const OutputCounts& outputs) {
  const nlohmann::ordered_json object{{"messages_done", summary.messages_done},
                                      {"messages_failed", summary.messages_failed},
                                      {"messages_given_back", summary.messages_given_back},
                                      {"documents_ok", documents_ok(progress)},
                                      {"documents_partial", progress.documents_partial.load()},
                                      {"documents_failed", progress.documents_failed.load()},
                                      {"documents_skipped", progress.documents_skipped.load()},
                                      {"outputs_stale", outputs.stale},
                                      {"leftovers_removed", outputs.leftovers_removed}};
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

struct OpenedStores {
  std::unique_ptr<ObjectStore> source;
  std::unique_ptr<ObjectStore> output;
  std::unique_ptr<ObjectStore> history;  // null without --history
};

Result<OpenedStores> open_stores(const SettingsOfWorker& settings, Stores& stores) {
  const Place& in = settings.get<SourceOptions>().place;
  const ObjectPlace& history_place = settings.get<HistoryOptions>().place;
  auto source = in.empty() ? stores.open_any_bucket() : open_source_folder(in, stores);
  if (!source) return std::unexpected(std::move(source).error());
  auto output = stores.open(settings.get<OutputOptions>().place, true);
  if (!output) return std::unexpected(std::move(output).error());
  OpenedStores opened{.source = *std::move(source), .output = *std::move(output), .history = {}};
  if (history_place.empty()) return opened;
  auto history = stores.open(history_place.folder, true);
  if (!history) return std::unexpected(std::move(history).error());
  opened.history = *std::move(history);
  return opened;
}

/// What the worker works with, and how much of it at a time.
struct Means {
  const OpenedStores& stores;
  const Queues& queues;
  aws::Client* aws;  // null where nothing is asked of AWS
  Workplace& workplace;
  Sandbox& sandbox;
  TaskShares shares;
};

WorkerSettings worker_settings_of(const SettingsOfWorker& settings, const Means& means) {
  const auto& options = settings.get<WorkOptions>();
  WorkerSettings worker;
  worker.recipe = in_force(recipe_of(settings.values()));
  worker.in = settings.get<SourceOptions>().place;
  worker.out = settings.get<OutputOptions>().prefixes;
  worker.documents_in_flight = means.shares.threads;
  worker.visibility_timeout = options.visibility_timeout;
  worker.receive_wait = options.receive_wait;
  worker.receives_max = means.queues.receives_max;
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

int run_worker(const SettingsOfWorker& settings, const Means& means, StandardOutput& out, const std::stop_token& stop) {
  const OpenedStores& stores = means.stores;
  const Queues& queues = means.queues;
  Workplace& workplace = means.workplace;
  Sandbox& sandbox = means.sandbox;
  const auto& summary_options = settings.get<SummaryOptions>();
  const bool quiet = settings.get<QuietOptions>().on;
  std::stop_source ended;  // told to stop, or cannot go on
  RunProgress progress;
  progress.endless = true;
  const std::stop_callback on_stop(stop, [&] {
    progress.stopping = true;
    ended.request_stop();
  });
  Tally tally(progress);
  const auto observation = Observation::begin(settings.get<ObserverOptions>(), settings.get<HistoryOptions>(),
                                              {.source = *stores.source,
                                               .output = *stores.output,
                                               .sandbox = sandbox,
                                               .queue = *queues.work,
                                               .aws = means.aws,
                                               .history_folder = stores.history.get(),
                                               .clock = *workplace.clock,
                                               .random = *workplace.random,
                                               .concurrency = *workplace.concurrency,
                                               .stop = ended.get_token()});
  if (!observation) {
    write_stderr_line("docmill: " + observation.error().text());
    return observation.error().kind == ErrorKind::invalid_input ? 2 : exit_code_unfinished;
  }
  Observation& observed = **observation;
  observed.add(tally);
  OutputView view(observed.output());
  Witnesses witnesses;
  const Mill mill{.source = observed.source(),
                  .output = observed.output(),
                  .extractor = observed.extractor(),
                  .clock = *workplace.clock,
                  .random = *workplace.random,
                  .passwords = settings.get<PasswordOptions>().found,
                  .redo_done = !settings.get<RepetitionOptions>().skip_if_exists,
                  .source_bytes = workplace.source_bytes,
                  .progress = progress,
                  .view = view,
                  .witnesses = witnesses};
  const WorkerSettings worker = worker_settings_of(settings, means);
  set_words_of_sudden_end("the messages in hand are seen again when their visibility timeout ends");
  log::info("worker_started", {{"queue", queues.work->uri()},
                               {"sandbox_tier", sandbox.sandbox_tier()},
                               {"workers", means.shares.slots},
                               {"recipe_hash", worker.recipe->hash}});
  remove_leftovers(*stores.output, worker.recipe->recipe.layout, *workplace.clock);
  const FeedSettings fed = feed_settings_of(settings);
  Result<void> feed_end;
  std::unique_ptr<RunningThread> feeding;
  const auto end_feed = [&](Result<void> end) {
    feed_end = std::move(end);
    if (!feed_end) ended.request_stop();
  };
  if (settings.get<WorkOptions>().watch) {
    auto thread = workplace.concurrency->start(
        [&] {
          end_feed(
              feed(*stores.source, *queues.work, fed, *workplace.clock, *workplace.concurrency, ended.get_token()));
        },
        [&](const Error& error) { end_feed(std::unexpected(error)); });
    if (thread)
      feeding = *std::move(thread);
    else
      end_feed(std::unexpected(std::move(thread).error()));
  }
  // In a log the metrics say more.
  std::optional<ProgressDisplay> display;
  if (!quiet && settings.get<LogOptions>().settings.format == log::Format::text && ::isatty(STDERR_FILENO) == 1)
    display.emplace(progress, true);
  const auto summary =
      work(mill, {.queue = *queues.work, .dead_letters = queues.dead_letters.get(), .results = observed.results()},
           worker, *workplace.concurrency, observed.observer(), ended.get_token());
  ended.request_stop();
  feeding.reset();
  display.reset();
  if (!summary) {
    write_stderr_line("docmill: " + summary.error().text());
    return exit_code_unfinished;
  }
  if (!feed_end) {
    write_stderr_line("docmill: " + feed_end.error().text());
    return exit_code_unfinished;
  }
  if (summary_options.is_wanted(quiet)) {
    const OutputCounts outputs{.stale = tally.outputs_stale, .leftovers_removed = stores.output->leftovers_removed()};
    out.print(summary_options.format == SummaryFormat::json ? summary_json(*summary, progress, outputs)
                                                            : summary_text(*summary, progress, outputs));
  }
  return worker.exit_when_empty && (summary->messages_failed > 0 || progress.documents_partial > 0) ? 1 : 0;
}

/// Null where all that the settings name is on this machine.
Result<aws::Client*> client_of(const SettingsOfWorker& settings, aws::Connection& connection) {
  const ObjectPlace& history = settings.get<HistoryOptions>().place;
  const bool local =
      settings.get<SourceOptions>().place.is_folder() && settings.get<OutputOptions>().place.is_folder() &&
      settings.get<QueueOptions>().uri.starts_with("sqlite:") && (history.empty() || history.folder.is_folder());
  if (local) return nullptr;
  return connection.client();
}

}  // namespace

Result<int> worker_command(const SettingsOfWorker& settings, StandardOutput& out) {
  const auto& work = settings.get<WorkOptions>();
  SandboxSettings sandbox_settings = sandbox_of(settings.values());
  const TaskShares shares =
      fit_to_granted_tasks({.slots = sandbox_settings.slots, .threads = work.documents_in_flight});
  sandbox_settings.slots = shares.slots;
  auto ends_on_signal = EndOnSignal::begin(0);
  if (!ends_on_signal) return std::unexpected(std::move(ends_on_signal).error());
  std::optional opening(*std::move(ends_on_signal));
  Workplace workplace(settings.values());
  const auto opened = open_stores(settings, workplace.stores);
  if (!opened) return std::unexpected(opened.error());
  const auto queues = open_queues(settings, workplace);
  if (!queues) return std::unexpected(queues.error());
  const auto aws = client_of(settings, workplace.connection);
  if (!aws) return std::unexpected(aws.error());
  opening.reset();
  return run_sandboxed(sandbox_settings, work.drain_timeout, [&](Sandbox& sandbox, const std::stop_token& stop) {
    const Means means{.stores = *opened,
                      .queues = *queues,
                      .aws = *aws,
                      .workplace = workplace,
                      .sandbox = sandbox,
                      .shares = shares};
    return run_worker(settings, means, out, stop);
  });
}

}  // namespace docmill
