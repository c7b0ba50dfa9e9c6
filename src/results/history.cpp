#include "results/history.h"

#include <arrow/record_batch.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <utility>

#include "base/digest.h"
#include "base/failpoint.h"
#include "document/tables.h"
#include "document/version.h"
#include "net/retry.h"
#include "output/document_rows.h"
#include "output/table_writer.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

/// Fifty thousand documents with long error messages.
constexpr std::uint64_t history_size_bytes_max = 512ULL << 20;
/// Together some forty seconds of waiting, half of the longest that they may be: many others have had their turn then.
constexpr int rounds_max = 20;
constexpr std::chrono::milliseconds wait_first = 100ms, wait_longest = 5s;

StoredResult result_of(HistoryRow row) {
  return {.run_id = std::move(row.run_id),
          .docmill_version = std::move(row.docmill_version),
          .record = std::move(row.record)};
}

Result<std::vector<StoredResult>> read_part(ObjectStore& store, const std::string& key) {
  auto object = store.get(key, history_size_bytes_max);
  if (!object) return std::unexpected(std::move(object).error());
  return read_documents(object->blob.text(), store.uri(key));
}

}  // namespace

History::History(ObjectStore& store, ObjectStore& source, HistorySettings settings, Clock& clock, Random& random,
                 Concurrency& concurrency)
    : store_(store),
      source_(source),
      settings_(std::move(settings)),
      clock_(clock),
      random_(random),
      changed_(concurrency.make_condition()) {}

Result<void> History::check() {
  {
    std::unique_lock lock(mutex_);
    while (writing_) changed_->wait(lock);
    writing_ = true;
  }
  auto checked = read();
  const std::lock_guard lock(mutex_);
  writing_ = false;
  changed_->notify_all();
  return checked;
}

Result<void> History::put(const Job& job, const DocumentRecord& record) {
  Outcome outcome{.source_key = job.source_key,
                  .row = {.run_id = settings_.run_id, .docmill_version = std::string(version), .record = record}};
  if (job.event && job.event->etag == record.source_etag) outcome.row.source_sequencer = job.event->sequencer;
  std::unique_lock lock(mutex_);
  const std::shared_ptr<Group> group = gathering_;
  group->outcomes.push_back(std::move(outcome));
  // The first that finds nobody writing writes for all of its group, itself among them.
  while (!group->outcome) {
    if (writing_)
      changed_->wait(lock);
    else
      lead(lock);
  }
  return *group->outcome;
}

void History::lead(std::unique_lock<std::mutex>& lock) {
  writing_ = true;
  while (clock_.steady_now() < next_write_) changed_->wait_until(lock, next_write_);
  const std::shared_ptr<Group> group = std::exchange(gathering_, std::make_shared<Group>());
  lock.unlock();
  const auto begun = clock_.steady_now();
  auto outcome = write(group->outcomes);
  const auto ended = clock_.steady_now();
  lock.lock();
  group->outcome = std::move(outcome);
  next_write_ = ended + std::min<std::chrono::steady_clock::duration>(ended - begun, settings_.gather_max);
  writing_ = false;
  changed_->notify_all();
}

Result<void> History::write(const std::vector<Outcome>& outcomes) {
  for (int round = 1; round <= rounds_max; ++round) {
    auto written = try_to_write(outcomes);
    if (!written) return std::unexpected(std::move(written).error());
    if (*written) return {};
    wait_after_refusal(round);
  }
  return fail(ErrorKind::unavailable, store_.uri(settings_.key),
              fmt::format("others wrote first, {} times in a row", rounds_max));
}

void History::wait_after_refusal(int round) {
  const auto ceiling = std::min(wait_first * (1 << std::min(round, 10)), wait_longest);
  clock_.sleep_for(std::chrono::milliseconds(random_.next() % static_cast<std::uint64_t>(ceiling.count())));
}

/// False when the object is no longer what we knew. What we know is what was written last, or nothing.
Result<bool> History::try_to_write(const std::vector<Outcome>& outcomes) {
  auto written = merge_and_put(outcomes);
  if (!written || !*written) current_.reset();
  return written;
}

Result<bool> History::merge(const Outcome& outcome) {
  using Merged = HistoryFile::Merged;
  const Merged merged = current_->file.merge(outcome.row);
  if (merged == Merged::changed || merged == Merged::unchanged) return merged == Merged::changed;
  auto present = is_present(outcome, merged == Merged::unclear);
  if (!present) return present;
  if (*present)
    current_->file.place(outcome.row);
  else
    log::info("outcome_outdated", {{"document", outcome.row.record.source_uri},
                                   {"status", name_of(outcome.row.record.status)},
                                   {"source_etag", outcome.row.record.source_etag.value_or("")}});
  return present;
}

/// Whether the source is what the outcome is of; `otherwise` where nobody may say.
Result<bool> History::is_present(const Outcome& outcome, bool otherwise) {
  const DocumentRecord& record = outcome.row.record;
  if (record.error_kind == ErrorKind::superseded) return false;
  const auto source = source_.head(outcome.source_key);
  if (!source && is_worth_retrying(source.error().kind)) return std::unexpected(source.error());
  if (!source) return otherwise;
  return *source && (*source)->etag == record.source_etag;
}

Result<bool> History::merge_and_put(const std::vector<Outcome>& outcomes) {
  if (!current_)
    if (auto there = read(); !there) {
      if (there.error().kind == ErrorKind::source_changed) return false;
      return std::unexpected(std::move(there).error());
    }
  bool changed = false;
  for (const Outcome& outcome : outcomes) {
    const auto merged = merge(outcome);
    if (!merged) return merged;
    changed = *merged || changed;
  }
  if (!changed) return true;
  if (auto moved = move_oldest(); !moved) return std::unexpected(std::move(moved).error());
  const std::string text = current_->file.text();
  auto etag = docmill::put(store_, settings_.key, std::as_bytes(std::span(text)), current_->condition,
                           {.content_type = "application/json", .metadata = {}});
  (void)DOCMILL_FAILPOINT("history_put");
  if (!etag) return std::unexpected(std::move(etag).error());
  if (!*etag && current_->unread) return std::unexpected(*current_->unread);
  if (!*etag) return false;
  current_->condition = WriteCondition::if_etag(**std::move(etag));
  current_->unread.reset();
  return true;
}

Result<void> History::read() {
  auto object = store_.get(settings_.key, history_size_bytes_max);
  if (!object) {
    Error& error = object.error();
    // S3 says "denied" for an object that does not exist to those who may not list the bucket. If there is none, a
    // first one can be put; if there is one, that is refused.
    if (error.kind != ErrorKind::source_gone && error.kind != ErrorKind::denied)
      return std::unexpected(advise(std::move(error)));
    current_ = Current{.file = {}, .condition = WriteCondition::if_absent()};
    if (error.kind == ErrorKind::denied) current_->unread = std::move(error);
    return {};
  }
  auto file = HistoryFile::parse(object->blob.text());
  if (!file) return std::unexpected(advise(std::move(file).error().within(store_.uri(settings_.key))));
  current_ = Current{.file = *std::move(file), .condition = WriteCondition::if_etag(object->info.etag)};
  return {};
}

/// Apart from what the writer knows: whoever asks holds up nobody who writes.
Result<HistoryFile> History::read_now() {
  auto object = store_.get(settings_.key, history_size_bytes_max);
  if (!object && object.error().kind == ErrorKind::source_gone) return HistoryFile{};
  if (!object) return std::unexpected(advise(std::move(object).error()));
  auto file = HistoryFile::parse(object->blob.text());
  if (!file) return std::unexpected(advise(std::move(file).error().within(store_.uri(settings_.key))));
  return file;
}

/// They are named by the time of their oldest outcome.
Result<std::vector<std::string>> History::parts_newest_first() {
  auto listing = store_.list({.prefix = part_prefix()});
  if (!listing) return std::unexpected(std::move(listing).error());
  std::vector<std::string> keys;
  for (;;) {
    auto info = (*listing)->next();
    if (!info) return std::unexpected(std::move(info).error());
    if (!*info) break;
    keys.push_back(std::move((*info)->key));
  }
  std::ranges::reverse(keys);
  return keys;
}

Result<std::optional<StoredResult>> History::get(std::string_view source_uri) {
  const auto file = read_now();
  if (!file) return std::unexpected(file.error());
  auto found = file->find(source_uri);
  if (!found) return std::unexpected(std::move(found).error());
  if (*found) return result_of(**std::move(found));
  const auto parts = parts_newest_first();
  if (!parts) return std::unexpected(parts.error());
  for (const std::string& part : *parts) {
    auto results = read_part(store_, part);
    if (!results) return std::unexpected(std::move(results).error());
    const auto result = std::ranges::find(
        *results, source_uri, [](const StoredResult& one) -> std::string_view { return one.record.source_uri; });
    if (result != results->end()) return std::move(*result);
  }
  return std::nullopt;
}

Result<std::vector<StoredResult>> History::list(std::size_t count_max) {
  const auto file = read_now();
  if (!file) return std::unexpected(file.error());
  auto newest = file->newest(count_max);
  if (!newest) return std::unexpected(std::move(newest).error());
  std::vector<StoredResult> results;
  std::set<std::string, std::less<>> uris;  // a worker that died between may have left a document in both
  const auto add = [&](StoredResult result) {
    if (results.size() < count_max && uris.insert(result.record.source_uri).second)
      results.push_back(std::move(result));
  };
  for (HistoryRow& row : *newest) add(result_of(std::move(row)));
  if (results.size() == count_max) return results;
  const auto parts = parts_newest_first();
  if (!parts) return std::unexpected(parts.error());
  for (const std::string& part : *parts) {
    auto older = read_part(store_, part);
    if (!older) return std::unexpected(std::move(older).error());
    std::ranges::sort(*older, std::greater(), [](const StoredResult& one) { return one.record.finished_at; });
    for (StoredResult& result : *older) add(std::move(result));
    if (results.size() == count_max) break;
  }
  return results;
}

Error History::advise(Error error) const {
  // A history that is too large is no fault of a document.
  if (error.kind == ErrorKind::limit_bytes) error.kind = ErrorKind::invalid_input;
  if (error.kind == ErrorKind::invalid_input)
    error.message += "; it is left as it is: move it away, or give --history another name";
  return error;
}

Result<void> History::move_oldest() {
  if (current_->file.size() <= settings_.documents_max + settings_.documents_max / 10) return {};
  const auto rows = current_->file.oldest(settings_.documents_max);
  if (!rows) return std::unexpected(rows.error());
  if (auto written = write_part(*rows); !written) return written;
  current_->file.remove(*rows);
  return {};
}

Result<void> History::write_part(const std::vector<HistoryRow>& rows) {
  auto table = DocumentRows::create();
  if (!table) return std::unexpected(std::move(table).error());
  for (const HistoryRow& row : rows)
    if (auto added = table->add(row.run_id, row.docmill_version, row.record); !added) return added;
  const auto batch = table->take();
  if (!batch) return std::unexpected(batch.error());
  const std::string key = part_key(rows);
  auto object = store_.create(key);
  if (!object) return std::unexpected(std::move(object).error());
  auto file = create_documents_file(*std::move(object));
  if (!file) return std::unexpected(std::move(file).error());
  if (auto written = file->write(**batch); !written) return written;
  if (auto finished = file->finish({}); !finished) return std::unexpected(std::move(finished).error());
  // Where it exists it holds these rows.
  const auto committed = file->commit(WriteCondition::if_absent());
  (void)DOCMILL_FAILPOINT("history_part_put");
  if (!committed) return std::unexpected(committed.error());
  log::info("history_part_written", {{"part", store_.uri(key)}, {"documents", rows.size()}});
  return {};
}

/// By the time of the oldest outcome, and by what distinguishes its rows.
std::string History::part_key(const std::vector<HistoryRow>& rows) const {
  std::string contents;
  for (const HistoryRow& row : rows)
    contents += fmt::format("{}\n{}\n{}\n", row.record.source_uri, iso8601(row.record.finished_at), row.run_id);
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(rows.front().record.finished_at).time_since_epoch().count();
  return fmt::format("{}{:%Y%m%dT%H%M%SZ}-{:.16}.parquet", part_prefix(), fmt::gmtime(seconds), sha256_hex(contents));
}

std::string History::part_prefix() const {
  return fmt::format("{}/part-", settings_.key.substr(0, settings_.key.rfind('.')));
}

}  // namespace docmill
