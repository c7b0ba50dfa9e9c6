#include "mill/output_view.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "output/names.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

constexpr std::string_view tried_again = "documents that failed for good before are tried again";

constexpr std::string_view files_unseen_consequence =
    "files of pages are stored whatever lies there, and those of earlier results stay: go by `_files.parquet`";

bool is_denied(const Error& error) { return error.kind == ErrorKind::denied; }

void do_without(std::atomic<bool>& told, const char* event, const Error& error, std::string_view consequence) {
  if (told.exchange(true)) return;
  log::warning(event, {{"reason", error.text()}, {"consequence", consequence}});
}

}  // namespace

Result<SeenOutput> OutputView::look(std::string_view key) {
  auto found = read_stamp(output_, key);
  if (found) return SeenOutput{.seen = SeenOutput::Seen::whole, .found = *std::move(found)};
  if (!is_denied(found.error())) return std::unexpected(std::move(found).error());
  // S3 denies the HEAD of what is not there, too, where listing is not granted: so it is asked each time.
  return look_in_listing(key, found.error());
}

Result<SeenOutput> OutputView::look_in_listing(std::string_view key, const Error& head_denied) {
  if (lists_denied_) return SeenOutput{.seen = SeenOutput::Seen::nothing};
  auto listing = output_.list({.prefix = std::string(key)});
  auto first = listing ? (*listing)->next() : Result<std::optional<ObjectInfo>>(std::unexpected(listing.error()));
  if (!first && !is_denied(first.error())) return std::unexpected(std::move(first).error());
  if (!first) {
    lists_denied_ = true;
    do_without(outputs_told_, "outputs_unreadable", head_denied,
               "a document whose output cannot be looked at is processed, whether it was done before or not");
    return SeenOutput{.seen = SeenOutput::Seen::nothing};
  }
  do_without(outputs_told_, "outputs_unreadable", head_denied, "done is what is newer than its document, by a listing");
  SeenOutput output{.seen = SeenOutput::Seen::listed};
  // What is listed first is the key itself, or it is not there.
  if (*first && (*first)->key == key) output.found = StampedOutput{.info = **std::move(first), .stamp = std::nullopt};
  return output;
}

Result<void> OutputView::list_marks() {
  auto listing = output_.list({.prefix = std::string(failed_prefix)});
  std::set<std::string, std::less<>> marks;
  while (listing) {
    auto info = (*listing)->next();
    if (!info) {
      listing = std::unexpected(std::move(info).error());
      break;
    }
    if (!*info) break;
    marks.insert((*info)->key);
  }
  if (!listing && is_denied(listing.error())) {
    do_without(marks_told_, "marks_unusable", listing.error(), tried_again);
    return {};
  }
  if (!listing) return std::unexpected(std::move(listing).error());
  const std::lock_guard lock(mutex_);
  marks_ = std::move(marks);
  return {};
}

bool OutputView::may_have_mark(std::string_view path) {
  const std::lock_guard lock(mutex_);
  return !marks_ || marks_->contains(failed_mark_key(path));
}

Result<std::optional<FailedMark>> OutputView::mark(std::string_view path) {
  if (!may_have_mark(path)) return std::nullopt;
  auto found = read_failed_mark(output_, path);
  if (found || !is_denied(found.error())) return found;
  do_without(marks_told_, "marks_unusable", found.error(), tried_again);
  return std::nullopt;
}

Result<void> OutputView::set_mark(std::string_view path, const DocumentRecord& record) {
  if (auto written = write_failed_mark(output_, path, record); !written) return written;
  const std::lock_guard lock(mutex_);
  if (marks_) marks_->insert(failed_mark_key(path));
  return {};
}

Result<void> OutputView::clear_mark(std::string_view path) {
  if (!may_have_mark(path)) return {};
  auto removed = remove_failed_mark(output_, path);
  if (!removed && !is_denied(removed.error())) return removed;
  if (!removed)
    do_without(removal_told_, "mark_not_removed", removed.error(),
               "it stays, and does no harm: an output that is done outweighs it");
  const std::lock_guard lock(mutex_);
  if (marks_) marks_->erase(failed_mark_key(path));
  return {};
}

void OutputView::note_files_unseen(const Error& denied) {
  do_without(files_told_, "files_unseen", denied, files_unseen_consequence);
}

Result<void> OutputView::without_denial(Result<void> removed) {
  if (removed || !is_denied(removed.error())) return removed;
  do_without(leftovers_told_, "leftovers_not_removed", removed.error(),
             "files of earlier results stay: go by `_files.parquet`, which does not list them");
  return {};
}

}  // namespace docmill
