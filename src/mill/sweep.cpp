#include "mill/sweep.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/concurrency.h"
#include "base/failpoint.h"
#include "mill/attention.h"
#include "mill/document_names.h"
#include "mill/document_queue.h"
#include "mill/foreign_formats.h"
#include "mill/left_out_log.h"
#include "mill/leftovers.h"
#include "mill/place_errors.h"
#include "mill/run_lock.h"
#include "mill/threads.h"
#include "mill/verdict.h"
#include "output/journal.h"
#include "output/manifest.h"
#include "output/names.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// Listed documents that wait for a worker; some 200 bytes each. Up to so many, the total is known early.
constexpr std::size_t queued_documents_max = 65'536;
/// Documents that a manifest calls done while outputs are still being listed; the listing waits beyond.
constexpr std::size_t held_documents_max = 65'536;
/// So many documents that are refused, and nothing of their place that can be read, are the place's fault.
constexpr std::size_t refused_max = 10;

/// Something to name in the summary, and its document's place in the listing.
template <typename Value>
struct Noted {
  std::uint64_t sequence;
  Value value;
};

template <typename Value>
void note_in(std::vector<Noted<Value>>& noted, std::uint64_t sequence, Value value) {
  if (noted.size() < attention_max) noted.push_back({.sequence = sequence, .value = std::move(value)});
}

template <typename Value>
std::vector<Value> in_order(std::vector<Noted<Value>> noted) {
  std::ranges::sort(noted, {}, &Noted<Value>::sequence);
  std::vector<Value> values;
  values.reserve(noted.size());
  for (Noted<Value>& one : noted) values.push_back(std::move(one.value));
  return values;
}

/// Whether a later run would not say the same.
bool is_news(const DocumentRecord& record) {
  const bool moved = record.error_kind && class_of(*record.error_kind) == ErrorClass::source_moved;
  return record.status != DocumentStatus::skipped || moved;
}

class Run {
 public:
  Run(const Mill& mill, const SweepSettings& settings, Concurrency& concurrency, OnLeftOut on_left_out,
      DocumentObserver& observer, std::stop_token stop, Journal& journal)
      : mill_(mill),
        settings_(settings),
        concurrency_(concurrency),
        on_left_out_(std::move(on_left_out)),
        observer_(observer),
        stop_(std::move(stop)),
        journal_(journal),
        queue_(queued_documents_max, concurrency),
        known_(mill.source, mill.output, *settings.recipe),
        foreign_(mill.source) {}
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  /// What ends it early (no memory) ends the threads that wait for documents.
  ~Run() { queue_.stop(); }

  SweepSummary go(Listing& listing) {
    const std::stop_callback on_stop(stop_, [this] {
      mill_.progress.stopping = true;
      known_.stop();
      queue_.stop();
    });
    if (!mill_.redo_done) known_.start(concurrency_, settings_.known_rows_min);
    list(listing);
    workers_.clear();  // joined: all is done
    do_what_was_put_off();
    foreign_.tell();
    summary_.attention = in_order(std::move(noted_));
    summary_.stale = in_order(std::move(stale_));
    summary_.files_ignored = mill_.progress.files_ignored;
    std::ranges::copy(mill_.progress.pages_warned, summary_.pages_warned.begin());
    summary_.sandbox_tier = mill_.extractor.sandbox_tier();
    summary_.finished = !stop_.stop_requested() && summary_.place_errors.empty();
    summary_.failed_empty = settings_.fail_if_empty && summary_.finished && mill_.progress.documents_found == 0;
    summary_.nothing_new = !settings_.manifest_always && !has_news_;
    return std::move(summary_);
  }

 private:
  void list(Listing& listing) {
    std::uint64_t sequence = 0;
    while (!stop_.stop_requested() && !broken_) {
      auto info = listing.next();
      if (!info) {
        note_place_error(std::move(info).error());
        continue;
      }
      if (!*info) break;
      observer_.on_listed();
      if (!settings_.selection.takes((*info)->key)) {
        on_left_out_(LeftOut::excluded, (*info)->key);
        continue;
      }
      const Promise promise = promise_of(**info, settings_.names_decide);
      if (promise == Promise::other) {
        ++mill_.progress.files_ignored;
        foreign_.note_name((*info)->key);
        continue;
      }
      const bool is_sure = promise == Promise::document;
      if (is_sure) ++mill_.progress.documents_found;
      if (!hand_on({.sequence = sequence++, .info = **std::move(info), .is_sure = is_sure})) break;
    }
    mill_.progress.listing_finished = true;
    if (!held_.empty()) known_.wait();
    let_go_of_held();
    queue_.finish_listing();
  }

  /// One that a manifest calls done is held until the listing of outputs says so, too. False when the queue was
  /// stopped.
  bool hand_on(QueuedDocument document) {
    if (known_.has_listed() && !let_go_of_held()) return false;
    document.known_etag = known_.in_manifests(document.info);
    if (!document.known_etag) return push(std::move(document));
    held_.push_back(std::move(document));
    if (held_.size() == held_documents_max) known_.wait();
    return !known_.has_listed() || let_go_of_held();
  }

  bool let_go_of_held() {
    while (!held_.empty() && !stop_.stop_requested()) {
      QueuedDocument document = std::move(held_.front());
      held_.pop_front();
      if (!known_.has_outputs(document.info.key, *document.known_etag)) document.known_etag.reset();
      if (document.known_etag && !std::exchange(document.is_sure, true)) ++mill_.progress.documents_found;
      if (!push(std::move(document))) return false;
    }
    return !stop_.stop_requested();
  }

  bool push(QueuedDocument document) {
    // No more threads than documents: a folder of a few does not wait for hundreds to begin and to end.
    if (workers_.size() < workers_max_) add_worker();
    return queue_.push(std::move(document));
  }

  void add_worker() {
    auto worker = concurrency_.start([this] { work(); }, [this](const Error& error) { break_off(error); });
    if (worker) return workers_.push_back(*std::move(worker));
    workers_max_ = workers_.size();
    if (workers_.empty()) return break_off(std::move(worker).error());
    tell_fewer_threads(workers_.size(), settings_.documents_in_flight_max, worker.error());
  }

  void work() {
    while (auto document = queue_.pop()) {
      if (document->is_sure) {
        do_document(*document);
      } else if (has_document_content(mill_.source, document->info.key).value_or(true)) {
        ++mill_.progress.documents_found;
        do_document(*document);
      } else {
        ++mill_.progress.files_ignored;
        // A second look costs a request where the first one did.
        settings_.names_decide ? foreign_.note_name(document->info.key) : foreign_.note_content(document->info.key);
      }
    }
  }

  void do_document(const QueuedDocument& document) {
    if (document.known_etag)
      return note_record(document, known_.record_of(document.info, *document.known_etag, mill_.clock.wall_now()));
    auto record = try_document(document);
    if (record) return note_record(document, *record);
    if (stop_.stop_requested()) return;
    if (scope_of(record.error()) == FaultScope::unknown && put_off(document)) return;
    break_off(std::move(record).error());
  }

  Job job_of(const QueuedDocument& document) const {
    return {.source_key = document.info.key,
            .listed = version_of(document.info),
            .output_name = document.info.key,
            .document_id = {},
            .force = false,
            .retry_failed = settings_.retry_failed};
  }

  Result<DocumentRecord> try_document(const QueuedDocument& document) {
    return process(mill_, settings_.recipe, job_of(document));
  }

  void note_record(const QueuedDocument& document, const DocumentRecord& record) {
    if (auto written = journal_.append(document.sequence, record); !written)
      return break_off(std::move(written).error());
    if (is_news(record)) has_news_ = true;
    if (DOCMILL_FAILPOINT("record_done")) return;
    count(document, record);
    observer_.on_document(job_of(document), record);
  }

  /// Refused, and nobody knows yet whether the others are: until others were tried. False where enough were.
  bool put_off(const QueuedDocument& document) {
    const std::lock_guard lock(mutex_);
    if (put_off_.size() >= refused_max) return false;
    put_off_.push_back(document);
    return true;
  }

  /// When the others are done. What is refused with nothing to tell it from its place is the place's fault.
  void do_what_was_put_off() {
    for (const QueuedDocument& document : std::exchange(put_off_, {})) {
      if (stop_.stop_requested() || broken_) return;
      if (auto record = try_document(document))
        note_record(document, *record);
      else
        break_off(std::move(record).error());
    }
  }

  /// The place is broken: what runs may end, nothing new is begun.
  void break_off(Error error) {
    note_place_error(std::move(error));
    broken_ = true;
    known_.stop();
    queue_.stop();
  }

  void note_place_error(Error error) {
    const std::lock_guard lock(mutex_);
    docmill::note_place_error(std::move(error), summary_.place_errors, summary_.place_errors_more);
  }

  void count(const QueuedDocument& document, const DocumentRecord& record) {
    const std::lock_guard lock(mutex_);
    summary_.pages += record.status == DocumentStatus::skipped ? 0 : record.page_count.value_or(0);
    summary_.pages_ocr += record.pages_ocr;
    summary_.pages_failed += record.status == DocumentStatus::skipped ? 0 : record.pages_failed;
    switch (record.status) {
      case DocumentStatus::ok:
        ++summary_.documents_ok;
        break;
      case DocumentStatus::partial:
        ++summary_.documents_partial;
        break;
      case DocumentStatus::failed:
        ++summary_.documents_failed;
        break;
      case DocumentStatus::skipped:
        ++summary_.documents_skipped;
        break;
    }
    note_attention(document.sequence, record);
    note_stale(document, record);
  }

  /// Under the lock.
  void note_stale(const QueuedDocument& document, const DocumentRecord& record) {
    if (record.output_state != OutputState::stale) return;
    ++summary_.outputs_stale;
    note_in(stale_, document.sequence,
            {.source_uri = record.source_uri,
             .output_uri = mill_.output.uri(output_key(settings_.recipe->recipe.layout, document.info.key,
                                                       settings_.recipe->recipe.outputs.primary_carrier()))});
  }

  /// Under the lock. Failed and partial documents, now or known from before.
  void note_attention(std::uint64_t sequence, const DocumentRecord& record) {
    if (!needs_attention(record)) return;
    const bool skipped = record.status == DocumentStatus::skipped;
    const bool known_partial = is_known_partial(record);
    if (skipped) ++summary_.documents_skipped_with_error;
    log_attention(record);
    note_in(noted_, sequence,
            {.source_uri = record.source_uri,
             .status = known_partial ? DocumentStatus::partial : (skipped ? DocumentStatus::failed : record.status),
             .error_kind = record.error_kind,
             .error_message = record.error_message,
             .known_before = skipped});
  }

  const Mill& mill_;
  const SweepSettings& settings_;
  Concurrency& concurrency_;
  OnLeftOut on_left_out_;  // called by the thread that lists
  DocumentObserver& observer_;
  std::stop_token stop_;
  Journal& journal_;
  DocumentQueue queue_;
  KnownDone known_;
  std::deque<QueuedDocument> held_;  // of the thread that lists
  std::atomic<bool> broken_ = false;
  std::atomic<bool> has_news_ = false;
  std::mutex mutex_;  // guards the four below
  std::vector<QueuedDocument> put_off_;
  SweepSummary summary_;
  ForeignFormats foreign_;
  std::vector<Noted<Attention>> noted_;
  std::vector<Noted<StaleOutput>> stale_;
  std::size_t workers_max_ = settings_.documents_in_flight_max;
  std::vector<std::unique_ptr<RunningThread>> workers_;  // last: they use all of the above
};

/// Runs that were killed: their journals become their manifests.
Result<void> publish_dead_runs(const Mill& mill, const std::filesystem::path& folder) {
  auto dead = dead_journals(folder);
  if (!dead) return std::unexpected(std::move(dead).error());
  for (const std::filesystem::path& path : *dead) {
    auto key = publish_manifest(path, mill.output);
    if (key) {
      log::warning("dead_run_published", {{"manifest", mill.output.uri(*key)}});
    } else if (key.error().kind == ErrorKind::invalid_input) {
      log::warning("journal_unreadable", {{"journal", path.string()}, {"message", key.error().text()}});
    } else {
      return std::unexpected(std::move(key).error());
    }
  }
  return {};
}

void tell_empty(const SweepSummary& summary, const std::string& place) {
  if (summary.failed_empty)
    log::warning("nothing_found",
                 {{"place", place}, {"message", "no PDF and no image lies there; is the place right?"}});
}

}  // namespace

Result<SweepSummary> sweep(const Mill& mill, const SweepSettings& settings, Concurrency& concurrency,
                           DocumentObserver& observer, std::stop_token stop) {
  Result<FileDescriptor> run_lock;
  if (settings.exclusive) run_lock = lock_run(settings.journal_dir);
  if (!run_lock) return std::unexpected(std::move(run_lock).error());
  if (auto published = publish_dead_runs(mill, settings.journal_dir); !published)
    return std::unexpected(std::move(published).error());
  if (auto listed = mill.view.list_marks(); !listed) return std::unexpected(std::move(listed).error());
  remove_leftovers(mill.output, settings.recipe->recipe.layout, mill.clock);
  LeftOutCounts left_out;
  const OnLeftOut on_left_out = count_left_out(left_out);
  auto listing =
      mill.source.list({.prefix = {}, .start_after = {}, .leave_out = settings.leave_out, .on_left_out = on_left_out});
  if (!listing) return std::unexpected(std::move(listing).error());
  const std::filesystem::path journal_path = settings.journal_dir / (settings.run_id + ".journal");
  auto journal = Journal::create(journal_path, settings.run_id);
  if (!journal) return std::unexpected(std::move(journal).error());

  SweepSummary summary =
      Run(mill, settings, concurrency, on_left_out, observer, std::move(stop), **journal).go(**listing);
  tell_empty(summary, mill.source.uri(""));
  log_left_out(left_out);
  summary.left_out = std::move(left_out);
  summary.leftovers_removed = mill.output.leftovers_removed();
  journal->reset();  // its lock goes, for publish_manifest reads it
  if (summary.nothing_new) {
    std::error_code ignored;  // one that stays becomes a manifest with the next run
    std::filesystem::remove(journal_path, ignored);
    return summary;
  }
  auto manifest = publish_manifest(journal_path, mill.output);
  if (manifest) {
    summary.manifest_uri = mill.output.uri(*manifest);
  } else {
    summary.finished = false;
    summary.journal = journal_path;
    summary.place_errors.push_back(std::move(manifest).error());
  }
  return summary;
}

}  // namespace docmill
