#include "mill/collect.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "base/exceptions.h"
#include "base/failpoint.h"
#include "mill/collect_counts.h"
#include "mill/collected_rows.h"
#include "mill/dataset_folder.h"
#include "mill/found_outputs.h"
#include "mill/output_freshness.h"
#include "mill/place_errors.h"
#include "mill/read_output.h"
#include "mill/work_ahead.h"
#include "output/dataset/dataset_manifest.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// Outputs that are known or read ahead of the one that is joined.
constexpr std::size_t outputs_ahead_max = 1'024;
/// What those that are read ahead take as they lie in their place.
constexpr std::uint64_t outputs_ahead_size_bytes_max = 32 << 20;
/// Times that files of the dataset are found not to be what the manifest says, each time others.
constexpr int attempts_max = 5;

using Distrusted = std::set<std::string, std::less<>>;

/// An output on its way through a run.
struct Pending {
  FoundOutput found;
  std::optional<FreshnessOfOutput> freshness = {};  // where it is known without reading
  bool is_to_read = false;
  ReadOutput read = {};
};

DatasetRow as_stale(DatasetRow row) {
  row.fate = OutputFate::stale;
  row.rows = 0;
  row.file.reset();
  return row;
}

struct Surroundings {
  ObjectStore& outputs;
  ObjectStore& dataset;
  const CollectSettings& settings;
  const PartitionRule& rule;
  Random& random;
  RunProgress& progress;
  const std::stop_token& stop;
};

/// One try to bring the dataset up to date.
class Attempt {
 public:
  Attempt(const Surroundings& in, Distrusted& distrusted) : in_(in), distrusted_(distrusted) {}

  /// False where files of the dataset are not what they were said to be, and it is to be tried again.
  Result<bool> go() {
    auto done = work();
    if (!done || !*done || !summary_.finished) take_back();
    return done;
  }

  CollectSummary& summary() { return summary_; }

 private:
  Result<bool> work() {
    if (auto begun = begin(); !begun) return std::unexpected(std::move(begun).error());
    if (auto read = go_through(); !read) return std::unexpected(std::move(read).error());
    if (in_.stop.stop_requested()) return true;
    auto finished = writing_->finish();
    if (!finished) return std::unexpected(std::move(finished).error());
    if (!*finished) {
      for (const std::string& file : writing_->distrusted()) distrust(file);
      return false;
    }
    if (in_.stop.stop_requested()) return true;
    if (auto committed = commit(); !committed) return std::unexpected(std::move(committed).error());
    return true;
  }

  Result<void> begin() {
    auto manifest = DatasetManifest::open(in_.dataset);
    if (!manifest) return std::unexpected(std::move(manifest).error());
    manifest_ = *std::move(manifest);
    if (manifest_)
      if (auto fits = check_is_same(manifest_->head(),
                                    {.outputs_uri = outputs_uri(), .partition = in_.settings.partition, .files = {}},
                                    in_.dataset.uri(""));
          !fits)
        return fits;
    auto folder = look_at_folder(in_.dataset, manifest_ ? manifest_->head().files : std::vector<DatasetFile>{});
    if (!folder) return std::unexpected(std::move(folder).error());
    folder_ = *std::move(folder);
    summary_.strangers = folder_.strangers;
    for (const std::string& file : folder_.missing) distrust(file);
    auto freshness = Freshness::read(in_.outputs, in_.settings.layout);
    if (!freshness) return std::unexpected(std::move(freshness).error());
    freshness_.emplace(*std::move(freshness));
    for (const Error& error : freshness_->unreadable_runs()) note(error);
    writing_.emplace(in_.dataset, in_.random, in_.settings.writing,
                     manifest_ ? manifest_->head().files : std::vector<DatasetFile>{});
    rows_.emplace(*writing_);
    auto found = FoundOutputs::list(in_.outputs, in_.settings.layout, manifest_ ? &*manifest_ : nullptr);
    if (!found) return std::unexpected(std::move(found).error());
    found_.emplace(*std::move(found));
    return {};
  }

  std::string outputs_uri() const { return in_.outputs.uri(in_.settings.layout.tables); }

  void distrust(const std::string& file) {
    log::warning("dataset_file_unlike_manifest",
                 {{"file", in_.dataset.uri(file)}, {"consequence", "its outputs are read again"}});
    distrusted_.insert(file);
  }

  // Reading is ahead of joining, which keeps the order of keys.

  Result<void> go_through() {
    WorkAhead<std::unique_ptr<Pending>> ahead(in_.settings.threads_max, [this](auto& pending) { read(*pending); });
    bool ended = false;
    std::uint64_t bytes_ahead = 0;
    while (!in_.stop.stop_requested()) {
      while (!ended && ahead.size() < outputs_ahead_max && bytes_ahead < outputs_ahead_size_bytes_max) {
        auto pending = next();
        if (!pending) return std::unexpected(std::move(pending).error());
        ended = !*pending;
        if (ended) break;
        const bool has_work = (*pending)->is_to_read;
        if (has_work) bytes_ahead += (*pending)->found.object->size_bytes;
        ahead.give(*std::move(pending), has_work);
      }
      in_.progress.listing_finished = ended;
      if (ahead.size() == 0) break;
      const auto pending = ahead.take();
      if (pending->is_to_read) bytes_ahead -= pending->found.object->size_bytes;
      if (auto settled = settle(*pending); !settled) return settled;
    }
    if (ended && summary_.outputs_listed == 0)
      return fail(ErrorKind::invalid_input, outputs_uri(),
                  "no output lies there, and all that a dataset has of these tables would go; is the place right?");
    return {};
  }

  /// Null at the end.
  Result<std::unique_ptr<Pending>> next() {
    for (;;) {
      auto found = found_->next();
      if (!found) return std::unexpected(std::move(found).error());
      if (!*found) return nullptr;
      auto pending = std::make_unique<Pending>(Pending{.found = **std::move(found)});
      if (pending->found.object && !is_to_join(pending->found)) {
        if (!pending->found.before) continue;
        pending->found.object.reset();  // of a table that is not joined this time: its rows stay
      }
      if (auto judged = judge(*pending); !judged) return std::unexpected(std::move(judged).error());
      return pending;
    }
  }

  bool is_selected(std::string_view table) const {
    return std::ranges::any_of(in_.settings.tables, [&](Carrier carrier) { return carrier.table().name == table; });
  }

  /// Counts what is passed over.
  bool is_to_join(const FoundOutput& found) {
    if (!found.name) {
      ++summary_.of_others;
      return false;
    }
    if (!is_selected(found.name->carrier.table().name)) {
      ++summary_.of_other_tables;
      return false;
    }
    ++summary_.outputs_listed;
    ++in_.progress.documents_found;
    return true;
  }

  /// Whether it is read.
  Result<void> judge(Pending& pending) {
    const auto& [object, before, name] = pending.found;
    if (!object) return {};
    pending.is_to_read = true;
    if (!before || before->etag != object->etag) return {};
    if (before->file && (distrusted_.contains(*before->file) || !writing_->place_of(*before->file))) return {};
    if (before->fate == OutputFate::unreadable) {
      pending.is_to_read = false;
      return {};
    }
    auto freshness =
        freshness_->of(*name, *object, before->source_uri.value_or(""), before->source_etag.value_or(""), &*before);
    if (!freshness) return std::unexpected(std::move(freshness).error());
    pending.freshness = *std::move(freshness);
    // What was stale and is no more is not in the dataset yet.
    pending.is_to_read = before->fate == OutputFate::stale && !pending.freshness->is_stale;
    return {};
  }

  void read(Pending& pending) {
    const auto done = without_exceptions([&]() -> Result<void> {
      pending.read = read_output(in_.outputs, *pending.found.object, pending.found.name->carrier.table());
      return {};
    });
    if (!done) pending.read.place_error = done.error();
  }

  // What becomes of each.

  Result<void> settle(Pending& pending) {
    const auto& before = pending.found.before;
    if (pending.is_to_read && pending.read.place_error) return std::unexpected(*std::move(pending.read.place_error));
    if (before && !is_selected(before->table)) return keep(*before);
    const bool is_gone = !pending.found.object || (pending.is_to_read && pending.read.is_gone);
    if (pending.found.object) ++in_.progress.documents_done;
    if (is_gone) {
      if (before) drop(*before, &CollectSummary::outputs_removed);
      if (before) rows_->note_change();
      return {};
    }
    return pending.is_to_read ? settle_read(pending) : settle_known(pending);
  }

  Result<void> settle_known(Pending& pending) {
    DatasetRow row = *std::move(pending.found.before);
    ++summary_.outputs_unchanged;
    ++in_.progress.documents_skipped;
    if (pending.freshness && pending.freshness->take_mark(row)) rows_->note_change();
    if (pending.freshness && pending.freshness->is_stale && row.fate == OutputFate::joined) {
      drop(row, &CollectSummary::outputs_removed);
      row = as_stale(std::move(row));
      rows_->note_change();
    }
    if (row.fate == OutputFate::unreadable) tell_unreadable(row.key, row.reason);
    return keep(row);
  }

  Result<void> settle_read(Pending& pending) {
    const auto& before = pending.found.before;
    ReadOutput& read = pending.read;
    ++summary_.outputs_read;
    const bool was_joined = before && before->fate == OutputFate::joined;
    if (before) drop(*before, nullptr);
    rows_->note_change();
    DatasetRow row{.key = pending.found.object->key,
                   .etag = read.may_change ? "" : read.etag,
                   .table = std::string(pending.found.name->carrier.table().name)};
    if (!read.unreadable && !read.source_uri)
      read.unreadable = Error{ErrorKind::unsupported, "", "it does not say of which document it is"};
    if (read.unreadable) return settle_unreadable(std::move(row), *read.unreadable, was_joined);
    row.source_uri = read.source_uri;
    row.source_etag = read.stamp->source_etag;
    row.status = read.stamp->status;
    const auto freshness = freshness_->of(*pending.found.name, *pending.found.object, *row.source_uri, *row.source_etag,
                                          before ? &*before : nullptr);
    if (!freshness) return std::unexpected(freshness.error());
    freshness->take_mark(row);
    if (freshness->is_stale) {
      if (was_joined) ++summary_.outputs_removed;
      return keep(as_stale(std::move(row)));
    }
    const auto place = join(pending, row);
    if (!place && (place.error().kind == ErrorKind::corrupt || place.error().kind == ErrorKind::unsupported))
      return settle_unreadable(std::move(row), place.error(), was_joined);
    if (!place) return std::unexpected(place.error());
    ++(was_joined ? summary_.outputs_replaced : summary_.outputs_added);
    count(row, summary_);
    return rows_->add(row, *place);
  }

  /// Where its rows will be.
  Result<DatasetWriting::Place> join(Pending& pending, DatasetRow& row) {
    row.rows = pending.read.rows;
    if (row.rows == 0) return DatasetWriting::nowhere;
    const Partition partition = in_.rule.of(*row.source_uri);
    if (!partition.matched) ++summary_.outputs_unmatched;
    in_.progress.pages_found += static_cast<std::uint64_t>(row.rows);
    in_.progress.pages_done += static_cast<std::uint64_t>(row.rows);
    const Table& table = pending.found.name->carrier.table();
    return pending.read.large ? writing_->add(table, partition.folders, *row.source_uri, *pending.read.large)
                              : writing_->add(table, partition.folders, *row.source_uri, pending.read.batches);
  }

  Result<void> settle_unreadable(DatasetRow row, const Error& error, bool was_joined) {
    if (was_joined) ++summary_.outputs_removed;
    row.fate = OutputFate::unreadable;
    row.reason = error.message;
    row.rows = 0;
    tell_unreadable(row.key, row.reason);
    return rows_->add(row, DatasetWriting::nowhere);
  }

  void tell_unreadable(const std::string& key, const std::string& reason) {
    count_unreadable(in_.outputs.uri(key), reason, summary_);
    ++in_.progress.documents_failed;
  }

  /// A row of the manifest as it was.
  Result<void> keep(const DatasetRow& row) {
    const auto place = row.file ? writing_->place_of(*row.file) : std::nullopt;
    if (is_selected(row.table)) count(row, summary_);
    return rows_->add(row, place.value_or(DatasetWriting::nowhere));
  }

  void drop(const DatasetRow& row, std::uint64_t CollectSummary::* counter) {
    if (row.fate != OutputFate::joined) return;
    if (counter != nullptr) ++(summary_.*counter);
    if (!row.file || !row.source_uri) return;
    if (const auto place = writing_->place_of(*row.file)) writing_->drop(*place, *row.source_uri, row.rows);
  }

  // The new state.

  Result<void> commit() {
    const auto files = writing_->files();
    count(files, summary_);
    summary_.has_changed = rows_->has_changed() || !manifest_;
    // What a killed run left is removed only behind a manifest of this run: whoever has written it, and lives, can put
    // none of its own any more.
    if (!summary_.has_changed && folder_.leftovers.empty()) {
      summary_.finished = true;
      return {};
    }
    (void)DOCMILL_FAILPOINT("collect_before_manifest");
    const DatasetHead head{.outputs_uri = outputs_uri(), .partition = in_.settings.partition, .files = files};
    const auto put =
        rows_->publish(in_.dataset, head, in_.settings.run_id,
                       manifest_ ? WriteCondition::if_etag(manifest_->etag()) : WriteCondition::if_absent());
    if (!put) return std::unexpected(put.error());
    if (!*put)
      return fail(ErrorKind::superseded, in_.dataset.uri(""),
                  "somebody else has changed the dataset since this run began; nothing of this run was kept, so run it "
                  "again");
    is_committed_ = true;
    (void)DOCMILL_FAILPOINT("collect_manifest_put");
    summary_.files_added = writing_->added().size();
    summary_.files_removed = remove(writing_->replaced());
    summary_.leftovers_removed = remove(folder_.leftovers);
    summary_.finished =
        summary_.files_removed == writing_->replaced().size() && summary_.leftovers_removed == folder_.leftovers.size();
    return {};
  }

  /// How many went. What stays is a leftover for the next run.
  std::uint64_t remove(const std::vector<std::string>& keys) {
    const auto errors = remove_all(in_.dataset, keys);
    for (const Error& error : errors) note(error);
    return keys.size() - errors.size();
  }

  /// New files that no manifest will name. What cannot be removed is for the next run.
  void take_back() {
    if (is_committed_ || !writing_ || writing_->added().empty()) return;
    std::vector<std::string> keys;
    for (const DatasetFile& file : writing_->added()) keys.push_back(file.key);
    remove(keys);
  }

  void note(const Error& error) { note_place_error(error, summary_.place_errors, summary_.place_errors_more); }

  const Surroundings& in_;
  Distrusted& distrusted_;
  CollectSummary summary_;
  std::optional<DatasetManifest> manifest_;
  DatasetFolder folder_;
  std::optional<Freshness> freshness_;
  std::optional<DatasetWriting> writing_;
  std::optional<CollectedRows> rows_;
  std::optional<FoundOutputs> found_;
  bool is_committed_ = false;
};

}  // namespace

Result<CollectSummary> collect(ObjectStore& outputs, ObjectStore& dataset, const CollectSettings& settings,
                               const PartitionRule& rule, Random& random, RunProgress& progress,
                               const std::stop_token& stop) {
  const Surroundings in{outputs, dataset, settings, rule, random, progress, stop};
  Distrusted distrusted;
  for (int attempt = 1;; ++attempt) {
    Attempt run(in, distrusted);
    const auto done = run.go();
    if (!done) return std::unexpected(done.error());
    if (*done) return std::move(run.summary());
    if (attempt == attempts_max)
      return fail(ErrorKind::corrupt, dataset.uri(""), "its files change while they are read; is somebody else at it?");
  }
}

}  // namespace docmill
