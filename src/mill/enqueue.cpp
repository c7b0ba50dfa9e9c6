#include "mill/enqueue.h"

#include <fnmatch.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/failpoint.h"
#include "mill/document_names.h"
#include "mill/left_out_log.h"
#include "mill/place_errors.h"
#include "mill/send_batches.h"
#include "net/retry.h"
#include "queue/message_body.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

constexpr std::chrono::seconds progress_interval{10};

class Enqueuing {
 public:
  Enqueuing(ObjectStore& source, Queue* queue, const EnqueueSettings& settings, OnLeftOut on_left_out, Clock& clock,
            const std::stop_token& stop)
      : source_(source),
        queue_(queue),
        settings_(settings),
        on_left_out_(std::move(on_left_out)),
        clock_(clock),
        stop_(stop) {}

  EnqueueSummary go(Listing& listing) {
    bool listed = false;
    while (!listed && !summary_.queue_error && !stop_.stop_requested()) {
      auto info = listing.next();
      if (!info)
        note(std::move(info).error());
      else if (!*info)
        listed = true;
      else
        look_at(**info);
      tell_progress();
    }
    if (!summary_.queue_error) flush();
    summary_.finished = listed && summary_.place_errors.empty();
    return std::move(summary_);
  }

 private:
  bool is_wanted(const ObjectInfo& info) const {
    if (settings_.since && info.modified_at < *settings_.since) return false;
    return settings_.match.empty() || ::fnmatch(settings_.match.c_str(), info.key.c_str(), 0) == 0;
  }

  /// What may not be looked into goes to the workers, who say what is wrong with it.
  bool may_be_document(const ObjectInfo& info) {
    const auto found = is_document(source_, info, !settings_.place.is_folder());
    if (!found && !std::exchange(unseen_told_, true))
      log::warning("contents_unreadable",
                   {{"reason", found.error().text()}, {"consequence", "names without a known ending are enqueued"}});
    return found.value_or(true);
  }

  // What costs nothing is asked first.
  void look_at(const ObjectInfo& info) {
    if (!settings_.selection.takes(info.key)) {
      on_left_out_(LeftOut::excluded, info.key);
    } else if (!is_wanted(info)) {
      ++summary_.objects_left_out;
    } else if (!may_be_document(info)) {
      ++summary_.files_ignored;
    } else {
      settings_.on_document(info);
      waiting_.push_back({.body = message_body_of({.bucket = settings_.place.bucket,
                                                   .key = settings_.place.prefix + info.key,
                                                   .recipe = settings_.recipe,
                                                   .force = settings_.force})});
      if (waiting_.size() == message_batch_max) flush();
    }
  }

  void flush() {
    if (queue_ != nullptr) {
      if (auto sent = send_in_batches(*queue_, waiting_); !sent) {
        summary_.queue_error = sent.error();
        note(std::move(sent).error());
        return;
      }
      (void)DOCMILL_FAILPOINT("enqueue_sent");
    }
    summary_.documents_enqueued += waiting_.size();
    waiting_.clear();
  }

  void note(Error error) { note_place_error(std::move(error), summary_.place_errors, summary_.place_errors_more); }

  void tell_progress() {
    if (clock_.steady_now() < next_progress_) return;
    next_progress_ = clock_.steady_now() + progress_interval;
    log::info("enqueue_progress", {{"documents", summary_.documents_enqueued},
                                   {"left_out", summary_.objects_left_out},
                                   {"ignored", summary_.files_ignored}});
  }

  ObjectStore& source_;
  Queue* queue_;
  const EnqueueSettings& settings_;
  OnLeftOut on_left_out_;
  Clock& clock_;
  const std::stop_token& stop_;
  std::vector<OutgoingMessage> waiting_;
  EnqueueSummary summary_;
  std::chrono::steady_clock::time_point next_progress_ = clock_.steady_now() + progress_interval;
  bool unseen_told_ = false;
};

}  // namespace

Result<EnqueueSummary> enqueue(ObjectStore& source, Queue* queue, const EnqueueSettings& settings, Clock& clock,
                               const std::stop_token& stop) {
  LeftOutCounts left_out;
  const OnLeftOut on_left_out = count_left_out(left_out);
  auto listing =
      source.list({.prefix = {}, .start_after = {}, .leave_out = settings.leave_out, .on_left_out = on_left_out});
  if (!listing) return std::unexpected(std::move(listing).error());
  EnqueueSummary summary = Enqueuing(source, queue, settings, on_left_out, clock, stop).go(**listing);
  log_left_out(left_out);
  summary.left_out = std::move(left_out);
  return summary;
}

Result<void> enqueue_some(ObjectStore& source, Queue& queue, const Place& place, const std::vector<std::string>& keys) {
  std::vector<OutgoingMessage> messages;
  for (const std::string& key : keys) {
    auto info = source.head(key);
    if (!info && is_worth_retrying(info.error().kind)) return std::unexpected(std::move(info).error());
    if (!info)
      log::error("place_error", {{"error_kind", name_of(info.error().kind)}, {"message", info.error().text()}});
    else if (*info && is_document(source, **info, !place.is_folder()).value_or(true))
      messages.push_back({.body = message_body_of({.bucket = place.bucket, .key = place.prefix + key})});
  }
  return send_in_batches(queue, messages);
}

}  // namespace docmill
