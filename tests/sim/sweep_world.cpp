#include "sim/sweep_world.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/failpoint.h"
#include "mill/document_tally.h"
#include "mill/sweep.h"
#include "output/names.h"
#include "sim/extractor_model.h"
#include "sim/mill_over.h"
#include "sim/output_checker.h"
#include "sim/planted_bugs.h"
#include "sim/store_model.h"
#include "unit/output/parquet_reading.h"
#include "unit/store/temporary_folder.h"

namespace docmill::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t bytes_max = 2'000;  // of documents in memory
/// Faults and changes end here; what runs then comes to its end, and another run finds everything done.
constexpr Time calm{10min};
constexpr Time judgement{12h};

/// Threads that hear of one change in ten only if somebody else wakes them.
class DeafConcurrency final : public Concurrency {
 public:
  DeafConcurrency(Concurrency& own, Fibers& fibers) : own_(own), fibers_(fibers) {}
  Result<std::unique_ptr<RunningThread>> start(std::function<void()> body, OnThreadLost lost) override {
    return own_.start(std::move(body), std::move(lost));
  }
  std::unique_ptr<Condition> make_condition() override {
    return std::make_unique<Deaf>(own_.make_condition(), fibers_);
  }

 private:
  class Deaf final : public Condition {
   public:
    Deaf(std::unique_ptr<Condition> own, Fibers& fibers) : own_(std::move(own)), fibers_(fibers) {}
    void wait(std::unique_lock<std::mutex>& lock) override { own_->wait(lock); }
    void wait_until(std::unique_lock<std::mutex>& lock, Time deadline) override { own_->wait_until(lock, deadline); }
    void notify_one() override {
      if (fibers_.chance(0.9)) own_->notify_one();
    }
    void notify_all() override {
      if (fibers_.chance(0.9)) own_->notify_all();
    }

   private:
    std::unique_ptr<Condition> own_;
    Fibers& fibers_;
  };
  Concurrency& own_;
  Fibers& fibers_;
};

/// A run's process, from its start to its end or death.
struct RunProcess {
  std::shared_ptr<Process> process = std::make_shared<Process>();
  bool ended = false;
  std::optional<SweepSummary> summary;  // where it came to its end
  std::uint64_t documents_found = 0;
  std::uint64_t bytes_held = 0, documents_held = 0;  // in extraction
  std::map<std::string, int> extractions;            // of a document's bytes
};

/// Journals of runs are on it.
struct Machine {
  TemporaryFolder journals;
  std::shared_ptr<RunProcess> run;
};

class SweepWorld {
 public:
  SweepWorld(std::uint64_t seed, SweepBug bug) : fibers_(seed), bug_(bug) {
    if (fibers_.chance(0.4)) faults_.refused = 0.05;
    if (fibers_.chance(0.4)) faults_.reply_lost = 0.05;
    if (fibers_.chance(0.2)) {
      faults_.outage_begins = Time(std::chrono::seconds(fibers_.between(1, 120)));
      faults_.outage_ends = faults_.outage_begins + 3min;
    }
    deaths_ = fibers_.chance(0.6);
    changes_ = fibers_.chance(0.5);
    threads_ = static_cast<std::uint32_t>(fibers_.between(1, 9));
    machines_.resize(static_cast<std::size_t>(fibers_.between(1, 3)));
    output_.on_write = [this](const StoreModel::Version& version) { check_write(version); };
  }

  SweepReport run() {
    begin_documents();
    for (Machine& machine : machines_) fibers_.start(heaven_, [this, &machine] { keep_sweeping(machine); });
    if (deaths_) fibers_.start(heaven_, [this] { end_runs_now_and_then(); });
    if (!fibers_.run_until(judgement)) violate("the world did not come to rest");
    check_end();
    return std::move(report_);
  }

 private:
  // What happens.

  void begin_documents() {
    const auto count = fibers_.between(1, 30);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::string key = fmt::format("d{:02}.pdf", i);
      write_document(key, 1);
      if (changes_ && fibers_.chance(0.3)) fibers_.start(heaven_, [this, key] { change(key); });
    }
  }

  /// One in ten is larger than all that may be in memory.
  void write_document(const std::string& key, int edition) {
    std::string bytes = bytes_of(draw_nature(), edition);
    bytes.resize(static_cast<std::size_t>(fibers_.chance(0.1) ? bytes_max + 500 : fibers_.between(30, 900)), ' ');
    (void)source_.write(key, std::move(bytes), WriteCondition::always());
  }

  Nature draw_nature() {
    const auto drawn = fibers_.between(0, 9);
    if (drawn == 0) return Nature::corrupt;
    if (drawn == 1) return Nature::slow;
    if (drawn == 2) return Nature::flaky;
    return Nature::good;
  }

  void change(const std::string& key) {
    for (int edition = 2; edition <= 3; ++edition) {
      fibers_.sleep_for(std::chrono::milliseconds(fibers_.between(0, 120'000)));
      if (fibers_.chance(0.1)) return source_.erase(key);
      write_document(key, edition);
    }
  }

  /// Runs one after another, as a timer starts them; after the calm one more.
  void keep_sweeping(Machine& machine) {
    while (true) {
      const bool is_last = fibers_.now() >= calm;
      if (is_last) faults_.over = true;
      machine.run = std::make_shared<RunProcess>();
      fibers_.start(machine.run->process, [this, &machine, run = machine.run] { sweep_once(machine, *run); });
      while (!machine.run->ended) fibers_.sleep_for(1s);  // the dead come to it soon, and their locks go with them
      if (is_last) return;
      fibers_.sleep_for(std::chrono::milliseconds(fibers_.between(0, 60'000)));
    }
  }

  void sweep_once(const Machine& machine, RunProcess& run) {
    ++report_.runs;
    const auto clock = make_clock(fibers_);
    const auto random = make_random(fibers_);
    const auto own = make_concurrency(fibers_, run.process);
    DeafConcurrency deaf(*own, fibers_);
    Concurrency& concurrency = bug_ == SweepBug::loses_wakeups ? deaf : *own;
    StoreClient source(source_, fibers_, *run.process, faults_);
    const auto output = outputs_.emplace_back(make_output(bug_in_output(), output_, fibers_, run.process, faults_));
    ExtractorModel extractor(fibers_, *run.process, 90s,
                             {.on_begin = [&](const ExtractRequest& request) { begin_extraction(run, request); },
                              .on_end = [&](const ExtractRequest& request) { end_extraction(run, request); }});
    const MillOver over({.source = source,
                         .output = *output,
                         .extractor = extractor,
                         .clock = *clock,
                         .random = *random,
                         .concurrency = concurrency,
                         .source_bytes_max = bug_ == SweepBug::holds_too_many_bytes ? 2 * bytes_max : bytes_max});
    DocumentTally tally(over.mill().progress);
    auto summary = sweep(over.mill(),
                         {.run_id = fmt::format("run-{:03}", report_.runs),
                          .recipe = recipe_,
                          .journal_dir = machine.journals.path(),
                          .exclusive = false,
                          .names_decide = true,
                          .leave_out = {},
                          .documents_in_flight_max = threads_,
                          .known_rows_min = 1},
                         concurrency, tally, run.process->stop.get_token());
    run.documents_found = over.mill().progress.documents_found;
    if (summary) run.summary = *std::move(summary);
    if (run.process->alive) check_summary(run);
    run.ended = true;
  }

  PlantedBug bug_in_output() const {
    if (bug_ == SweepBug::records_before_put) return PlantedBug::acknowledges_before_put;
    return bug_ == SweepBug::puts_without_condition ? PlantedBug::puts_without_condition : PlantedBug::none;
  }

  void end_runs_now_and_then() {
    while (fibers_.now() < calm) {
      fibers_.sleep_for(std::chrono::milliseconds(fibers_.between(100, 150'000)));
      RunProcess& run =
          *machines_[static_cast<std::size_t>(fibers_.between(0, static_cast<std::int64_t>(machines_.size()) - 1))].run;
      if (fibers_.now() >= calm || run.ended || !run.process->alive) continue;
      if (fibers_.chance(0.3)) {
        run.process->stop.request_stop();
      } else {
        run.process->die();
        ++report_.deaths;
      }
    }
  }

  // What must hold.

  void violate(std::string what) {
    if (!report_.violation)
      report_.violation = fmt::format("at {} ms: {}", fibers_.now().time_since_epoch() / 1ms, what);
  }

  /// Documents that are extracted at a time fit into the budget, or one is alone.
  void begin_extraction(RunProcess& run, const ExtractRequest& request) {
    ++report_.extractions;
    run.bytes_held += request.document.size_bytes();
    ++run.documents_held;
    if (run.process->alive && run.bytes_held > bytes_max && run.documents_held > 1)
      violate(fmt::format("{} documents of {} bytes were in memory", run.documents_held, run.bytes_held));
    if (machines_.size() == 1 && ++run.extractions[request.name + " " + request.document.text()] > 1)
      violate(request.name + " was extracted twice by one run");
  }
  static void end_extraction(RunProcess& run, const ExtractRequest& request) {
    run.bytes_held -= request.document.size_bytes();
    --run.documents_held;
  }

  void check_write(const StoreModel::Version& version) {
    if (version.info.key.starts_with("_docmill/runs/")) return check_manifest(version);
    if (!version.info.key.ends_with(".parquet")) return;
    ++report_.outputs;
    if (const std::string wrong = output_checker_.wrong_with(version); !wrong.empty()) violate(wrong);
  }

  /// Order law: what a manifest calls done is durable, in the version that it names or a later one.
  void check_manifest(const StoreModel::Version& version) {
    ++report_.manifests;
    const ReadParquet manifest = read_parquet(version.bytes);
    const auto texts = [&](const char* name) {
      return std::static_pointer_cast<arrow::StringArray>(
          manifest.table->CombineChunks().ValueOrDie()->GetColumnByName(name)->chunk(0));
    };
    if (manifest.table->num_rows() == 0) return;
    const auto uris = texts("source_uri"), statuses = texts("status"), etags = texts("source_etag");
    for (std::int64_t i = 0; i < manifest.table->num_rows(); ++i) {
      if (statuses->GetString(i) != "ok") continue;
      const std::string key = uris->GetString(i).substr(std::string("s3://source/").size());
      if (output_checker_.version_of(table_name(key, "raw_text")) < number_of(etags->GetString(i)))
        violate(fmt::format("{} is in a manifest as done and is not there", key));
    }
  }

  /// Every document that was found is accounted for once.
  void check_summary(const RunProcess& run) {
    if (!run.summary) return;  // the place was at fault from the beginning
    const SweepSummary& s = *run.summary;
    const std::uint64_t accounted = s.documents_ok + s.documents_partial + s.documents_failed + s.documents_skipped;
    if (s.finished && accounted != run.documents_found)
      violate(fmt::format("{} documents were found, {} are accounted for", run.documents_found, accounted));
    if (faults_.over && fibers_.now() > calm + 2h) violate("a run took two hours");
  }

  void check_end() {
    for (const Machine& machine : machines_) {
      if (!machine.run->summary || !machine.run->summary->finished) violate("the last run did not finish");
      for (const auto& entry : std::filesystem::directory_iterator(machine.journals.path()))
        violate(entry.path().filename().string() + " was left behind");
    }
    for (const auto& [key, source] : source_.objects()) {
      const bool is_corrupt = source.bytes.starts_with("%PDF-corrupt");
      const auto* output = output_.find(table_name(key, "raw_text"));
      const auto* mark = output_.find(failed_mark_key(key));
      if (is_corrupt && mark == nullptr) violate(key + " must fail and has no mark");
      if (!is_corrupt && (output == nullptr || version_in(*output->info.metadata) != number_of(source.info.etag)))
        violate(fmt::format("{} has no output for its version {}", key, source.info.etag));
    }
  }

  Fibers fibers_;
  SweepBug bug_;
  Faults faults_;
  bool deaths_ = false, changes_ = false;
  std::uint32_t threads_ = 1;
  std::shared_ptr<Process> heaven_ = std::make_shared<Process>();
  StoreModel source_{"source", fibers_}, output_{"output", fibers_};
  const SharedRecipe recipe_ = in_force({});
  std::deque<Machine> machines_;
  std::vector<std::shared_ptr<StoreClient>> outputs_;  // a bug's writes may come after its run's end
  OutputChecker output_checker_;
  SweepReport report_;
};

}  // namespace

SweepReport run_sweep_world(std::uint64_t seed, SweepBug bug) {
  if (bug == SweepBug::forgets_a_document) set_failpoints("record_done:error:3");
  SweepReport report = SweepWorld(seed, bug).run();
  set_failpoints("");
  return report;
}

}  // namespace docmill::sim
