#include "mill/dry_run.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "mill/document_names.h"
#include "mill/in_parallel.h"
#include "mill/left_out_log.h"
#include "mill/place_errors.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

class DryRun {
 public:
  DryRun(const Judge& judge, const DryRunSettings& settings, OnLeftOut on_left_out,
         const std::function<void(const PlannedDocument&)>& tell)
      : judge_(judge), settings_(settings), on_left_out_(std::move(on_left_out)), tell_(tell) {}

  DryRunSummary go(Listing& listing, const std::stop_token& stop) {
    bool listed = false;
    while (!listed && !stop.stop_requested()) {
      auto info = listing.next();
      if (!info)
        note(std::move(info).error());
      else if (*info)
        take(**std::move(info));
      else
        listed = true;
      if (listed || waiting_.size() == looked_at_together) look_at_waiting();
    }
    summary_.finished = listed && summary_.place_errors.empty() && summary_.documents_unknown == 0;
    return std::move(summary_);
  }

 private:
  void take(ObjectInfo info) {
    if (!settings_.selection.takes(info.key))
      on_left_out_(LeftOut::excluded, info.key);
    else if (promise_of(info, settings_.names_decide) == Promise::other)
      ++summary_.files_ignored;
    else
      waiting_.push_back(std::move(info));
  }

  void look_at_waiting() {
    std::vector<std::optional<PlannedDocument>> planned(waiting_.size());
    auto looked =
        in_parallel(waiting_.size(), looks_at_a_time, [&](std::size_t i) { planned[i] = look_at(waiting_[i]); });
    if (!looked) note(std::move(looked).error());
    waiting_.clear();
    for (const auto& document : planned) {
      if (!document) ++summary_.files_ignored;
      if (document) count(*document);
    }
  }

  /// Nothing where it is no document. What may not be looked into a sweep takes for one.
  std::optional<PlannedDocument> look_at(const ObjectInfo& info) const {
    if (!is_document(judge_.source, info, settings_.names_decide).value_or(true)) return std::nullopt;
    const Job job{.source_key = info.key,
                  .listed = version_of(info),
                  .output_name = info.key,
                  .document_id = {},
                  .retry_failed = settings_.retry_failed};
    return PlannedDocument{.source_uri = judge_.source.uri(info.key),
                           .size_bytes = info.size_bytes,
                           .verdict = judge(judge_, job, job.listed)};
  }

  void count(const PlannedDocument& document) {
    if (!document.verdict) {
      ++summary_.documents_unknown;
    } else if (is_due(document.verdict->reason)) {
      ++summary_.documents_due;
      summary_.bytes_due += document.size_bytes;
    } else {
      ++summary_.documents_skipped;
      const Reason reason = document.verdict->reason;
      if (reason == Reason::known_to_fail || reason == Reason::done_with_errors)
        ++summary_.documents_skipped_with_error;
    }
    tell_(document);
  }

  void note(Error error) { note_place_error(std::move(error), summary_.place_errors, summary_.place_errors_more); }

  const Judge& judge_;
  const DryRunSettings& settings_;
  OnLeftOut on_left_out_;
  const std::function<void(const PlannedDocument&)>& tell_;
  std::vector<ObjectInfo> waiting_;
  DryRunSummary summary_;
};

}  // namespace

Result<DryRunSummary> dry_run(const Judge& judge, const DryRunSettings& settings,
                              const std::function<void(const PlannedDocument&)>& tell, const std::stop_token& stop) {
  if (auto listed = judge.view.list_marks(); !listed) return std::unexpected(std::move(listed).error());
  LeftOutCounts left_out;
  const OnLeftOut on_left_out = count_left_out(left_out);
  auto listing =
      judge.source.list({.prefix = {}, .start_after = {}, .leave_out = settings.leave_out, .on_left_out = on_left_out});
  if (!listing) return std::unexpected(std::move(listing).error());
  DryRunSummary summary = DryRun(judge, settings, on_left_out, tell).go(**listing, stop);
  log_left_out(left_out);
  summary.left_out = std::move(left_out);
  return summary;
}

}  // namespace docmill
