#include "cli/worker_command.h"

#include <fmt/format.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cli/recipe_settings.h"
#include "cli/sandboxed.h"
#include "mill/worker.h"
#include "queue/open_queue.h"
#include "store/folder_store.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// Counts what came of documents, for the closing words.
class Tally final : public WorkerObserver {
 public:
  Result<void> on_document(const DocumentRecord& record) override {
    switch (record.status) {
      case DocumentStatus::ok:
        ++ok;
        break;
      case DocumentStatus::partial:
        ++partial;
        break;
      case DocumentStatus::failed:
        ++failed;
        break;
      case DocumentStatus::skipped:
        ++skipped;
        break;
    }
    return {};
  }

  std::atomic<std::uint64_t> ok = 0, partial = 0, failed = 0, skipped = 0;
};

std::string summary_text(const WorkerSummary& summary, const Tally& tally) {
  return fmt::format(
      "{} messages done, {} failed, {} given back\n"
      "documents: {} ok, {} partial, {} failed, {} skipped\n",
      summary.messages_done, summary.messages_failed, summary.messages_given_back, tally.ok.load(),
      tally.partial.load(), tally.failed.load(), tally.skipped.load());
}

struct Queues {
  std::unique_ptr<Queue> work;
  std::unique_ptr<Queue> dead_letters;  // null where the queue names none
  std::uint32_t receives_max = 0;
};

Result<Queues> open_queues(const Settings& settings, Clock& clock, Random& random) {
  auto work = open_queue(settings.queue, clock, random);
  if (!work) return std::unexpected(std::move(work).error());
  Queues queues{.work = *std::move(work), .dead_letters = {}, .receives_max = settings.worker.receives_max};
  const auto status = queues.work->status();
  if (!status && status.error().kind != ErrorKind::denied) return std::unexpected(status.error());
  if (!status) {
    log::warning("redrive_policy_unreadable",
                 {{"reason", status.error().text()}, {"max_receives", queues.receives_max}});
    return queues;
  }
  queues.receives_max = status->receives_max.value_or(queues.receives_max);
  if (!status->dead_letter_uri) {
    log::warning("no_dead_letter_queue", {{"queue", queues.work->uri()}});
    return queues;
  }
  auto dead_letters = open_queue(*status->dead_letter_uri, clock, random);
  if (!dead_letters) return std::unexpected(std::move(dead_letters).error());
  queues.dead_letters = *std::move(dead_letters);
  return queues;
}

int run_worker(const Settings& settings, ObjectStore& source, ObjectStore& output, const Queues& queues, Clock& clock,
               Random& random, Sandbox& sandbox, std::stop_token stop) {
  const auto concurrency = make_system_concurrency();
  RunProgress progress;
  OutputView view(output);
  const Mill mill{.source = source,
                  .output = output,
                  .extractor = sandbox,
                  .clock = clock,
                  .random = random,
                  .recipe = settings.recipe,
                  .recipe_hash = hash_of(settings.recipe),
                  .passwords = settings.passwords,
                  .redo_done = !settings.skip_if_exists,
                  .progress = progress,
                  .view = view};
  WorkerSettings worker = settings.worker;
  worker.in = settings.in;
  worker.out = settings.out;
  worker.receives_max = queues.receives_max;
  worker.recipe_with = [&](std::string_view json) { return recipe_with(settings, json); };
  log::info("worker_started", {{"queue", queues.work->uri()},
                               {"sandbox_tier", sandbox.sandbox_tier()},
                               {"workers", settings.sandbox.slots},
                               {"recipe_hash", mill.recipe_hash}});
  Tally tally;
  const auto summary =
      work(mill, *queues.work, queues.dead_letters.get(), worker, *concurrency, tally, std::move(stop));
  if (!summary) {
    fmt::print(stderr, "docmill: {}\n", summary.error().text());
    return 3;
  }
  fmt::print("{}", summary_text(*summary, tally));
  return settings.worker.exit_when_empty && (summary->messages_failed > 0 || tally.partial > 0) ? 1 : 0;
}

}  // namespace

Result<int> worker_command(const Settings& settings) {
  const auto clock = make_system_clock();
  const auto random = make_system_random();
  auto source = open_folder_store(settings.in.path(), false);
  if (!source) return std::unexpected(std::move(source).error());
  auto output = open_folder_store(settings.out.path(), true);
  if (!output) return std::unexpected(std::move(output).error());
  const auto queues = open_queues(settings, *clock, *random);
  if (!queues) return std::unexpected(queues.error());
  return run_sandboxed(settings.sandbox, settings.drain_timeout, [&](Sandbox& sandbox, std::stop_token stop) {
    return run_worker(settings, **source, **output, *queues, *clock, *random, sandbox, std::move(stop));
  });
}

}  // namespace docmill
