#include "mill/sweep.h"

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "document/concurrency.h"
#include "document/failpoint.h"
#include "mill/attention.h"
#include "mill/document_names.h"
#include "mill/document_queue.h"
#include "mill/leftovers.h"
#include "mill/run_lock.h"
#include "mill/threads.h"
#include "output/manifest.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// Listed documents that wait for a worker; some 200 bytes each. Up to so many, the total is known early.
constexpr std::size_t queued_documents_max = 65'536;
constexpr std::size_t place_errors_max = 20;
/// So many documents that are refused, and nothing of their place that can be read, are the place's fault.
constexpr std::size_t refused_max = 10;

/// A document's row and its place in the listing, for the summary.
struct NotedAttention {
  std::uint64_t sequence;
  Attention attention;
};

class Run {
 public:
  Run(const Mill& mill, const SweepSettings& settings, std::stop_token stop, Journal& journal)
      : mill_(mill),
        settings_(settings),
        stop_(std::move(stop)),
        journal_(journal),
        queue_(queued_documents_max, settings.source_bytes_in_flight_max) {}
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  /// What ends it early (no memory) ends the threads that wait for documents.
  ~Run() { queue_.stop(); }

  SweepSummary go(Listing& listing) {
    const std::stop_callback on_stop(stop_, [this] { queue_.stop(); });
    list(listing);
    workers_.clear();  // joined: all is done
    do_what_was_put_off();
    std::ranges::sort(noted_, {}, &NotedAttention::sequence);
    for (NotedAttention& noted : noted_) summary_.attention.push_back(std::move(noted.attention));
    summary_.files_ignored = mill_.progress.files_ignored;
    std::ranges::copy(mill_.progress.pages_warned, summary_.pages_warned.begin());
    summary_.sandbox_tier = mill_.extractor.sandbox_tier();
    summary_.finished = !stop_.stop_requested() && summary_.place_errors.empty();
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
      const Promise promise = promise_of(**info, settings_.names_decide);
      if (promise == Promise::other) {
        ++mill_.progress.files_ignored;
        continue;
      }
      const bool is_sure = promise == Promise::document;
      if (is_sure) ++mill_.progress.documents_found;
      // No more threads than documents: a folder of a few does not wait for hundreds to begin and to end.
      if (workers_.size() < workers_max_) add_worker();
      if (!queue_.push({.sequence = sequence++, .info = **std::move(info), .is_sure = is_sure})) break;
    }
    mill_.progress.listing_finished = true;
    queue_.finish_listing();
  }

  void add_worker() {
    auto worker =
        start_thread([this](const std::stop_token&) { work(); }, [this](const Error& error) { break_off(error); });
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
      }
      queue_.done(document->info.size_bytes);
    }
  }

  void do_document(const QueuedDocument& document) {
    auto record = try_document(document);
    if (record) return note_record(document.sequence, *record);
    if (stop_.stop_requested()) return;
    if (scope_of(record.error()) == FaultScope::unknown && put_off(document)) return;
    break_off(std::move(record).error());
  }

  Result<DocumentRecord> try_document(const QueuedDocument& document) {
    const Job job{.source_key = document.info.key,
                  .listed = SourceVersion{.etag = document.info.etag,
                                          .size_bytes = document.info.size_bytes,
                                          .modified_at = document.info.modified_at},
                  .output_name = document.info.key,
                  .document_id = {},
                  .force = false,
                  .retry_failed = settings_.retry_failed};
    return process(mill_, job);
  }

  void note_record(std::uint64_t sequence, const DocumentRecord& record) {
    if (auto written = journal_.append(sequence, record); !written) return break_off(std::move(written).error());
    if (DOCMILL_FAILPOINT("record_done")) return;
    count(sequence, record);
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
        note_record(document.sequence, *record);
      else
        break_off(std::move(record).error());
    }
  }

  /// The place is broken: what runs may end, nothing new is begun.
  void break_off(Error error) {
    note_place_error(std::move(error));
    broken_ = true;
    queue_.stop();
  }

  void note_place_error(Error error) {
    log::error("place_error", {{"error_kind", name_of(error.kind)}, {"message", error.text()}});
    const std::lock_guard lock(mutex_);
    if (summary_.place_errors.size() < place_errors_max) summary_.place_errors.push_back(std::move(error));
  }

  void count(std::uint64_t sequence, const DocumentRecord& record) {
    RunProgress& progress = mill_.progress;
    ++progress.documents_done;
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
        ++progress.documents_partial;
        break;
      case DocumentStatus::failed:
        ++summary_.documents_failed;
        ++progress.documents_failed;
        break;
      case DocumentStatus::skipped:
        ++summary_.documents_skipped;
        ++progress.documents_skipped;
        break;
    }
    note_attention(sequence, record);
  }

  /// Under the lock. Failed and partial documents, now or known from before.
  void note_attention(std::uint64_t sequence, const DocumentRecord& record) {
    if (!needs_attention(record)) return;
    const bool skipped = record.status == DocumentStatus::skipped;
    const bool known_partial = is_known_partial(record);
    if (skipped) ++summary_.documents_skipped_with_error;
    log_attention(record);
    if (noted_.size() >= attention_max) return;
    noted_.push_back(
        {sequence,
         {.source_uri = record.source_uri,
          .status = known_partial ? DocumentStatus::partial : (skipped ? DocumentStatus::failed : record.status),
          .error_kind = record.error_kind,
          .error_message = record.error_message,
          .known_before = skipped}});
  }

  const Mill& mill_;
  const SweepSettings& settings_;
  std::stop_token stop_;
  Journal& journal_;
  DocumentQueue queue_;
  std::atomic<bool> broken_ = false;
  std::mutex mutex_;  // guards the three below
  std::vector<QueuedDocument> put_off_;
  SweepSummary summary_;
  std::vector<NotedAttention> noted_;
  std::size_t workers_max_ = settings_.documents_in_flight_max;
  std::vector<std::jthread> workers_;  // last: they use all of the above
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

}  // namespace

Result<SweepSummary> sweep(const Mill& mill, const SweepSettings& settings, std::stop_token stop) {
  Result<FileDescriptor> run_lock;
  if (settings.exclusive) run_lock = lock_run(settings.journal_dir);
  if (!run_lock) return std::unexpected(std::move(run_lock).error());
  if (auto published = publish_dead_runs(mill, settings.journal_dir); !published)
    return std::unexpected(std::move(published).error());
  if (auto listed = mill.view.list_marks(); !listed) return std::unexpected(std::move(listed).error());
  remove_leftovers(mill.output, mill.clock);
  auto listing = mill.source.list({.prefix = {}, .start_after = {}, .leave_out = settings.leave_out});
  if (!listing) return std::unexpected(std::move(listing).error());
  const std::filesystem::path journal_path = settings.journal_dir / (settings.run_id + ".journal");
  auto journal = Journal::create(journal_path, settings.run_id);
  if (!journal) return std::unexpected(std::move(journal).error());

  SweepSummary summary = Run(mill, settings, std::move(stop), **journal).go(**listing);
  summary.leftovers_removed = mill.output.leftovers_removed();
  journal->reset();  // its lock goes, for publish_manifest reads it
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
