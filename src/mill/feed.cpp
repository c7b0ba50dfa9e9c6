#include "mill/feed.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mill/enqueue.h"
#include "mill/watch.h"
#include "net/retry.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

constexpr std::chrono::milliseconds watch_wait{500};

class Feed {
 public:
  Feed(ObjectStore& source, Queue& queue, const FeedSettings& settings, Clock& clock, const std::stop_token& stop)
      : source_(source), queue_(queue), settings_(settings), clock_(clock), stop_(stop) {}

  /// Until `stop`, or a fault.
  Result<void> follow() {
    // Watched first and listed then, so that nothing falls between.
    const auto watch = FolderWatch::create(settings_.folder.path(), clock_,
                                           {.leave_out = settings_.leave_out, .follow_links = settings_.follow_links});
    if (!watch) return std::unexpected(watch.error());
    bool list = true;
    while (!stop_.stop_requested()) {
      if (list)
        if (auto sent = send_all(); !sent) return sent;
      auto changes = (*watch)->next(watch_wait, stop_);
      if (!changes) return std::unexpected(changes.error());
      std::erase_if(changes->keys, [this](const std::string& key) { return !settings_.selection.takes(key); });
      list = changes->list_again;
      auto sent = enqueue_some(source_, queue_, settings_.folder, changes->keys);
      if (!sent) return sent;
      if (!changes->keys.empty()) faults_ = 0;
    }
    return {};
  }

  std::chrono::milliseconds wait_after_fault() {
    return std::min(settings_.again_max, settings_.again * (1U << std::min(faults_++, 10U)));
  }

 private:
  /// What may not be read (a folder without permission) is logged and left out: the rest is fed all the same.
  Result<void> send_all() {
    auto sent = enqueue(source_, &queue_,
                        {.place = settings_.folder, .selection = settings_.selection, .leave_out = settings_.leave_out},
                        clock_, stop_);
    if (!sent) return std::unexpected(std::move(sent).error());
    if (sent->queue_error) return std::unexpected(*std::move(sent->queue_error));
    const auto passing =
        std::ranges::find_if(sent->place_errors, [](const Error& error) { return is_worth_retrying(error.kind); });
    if (passing != sent->place_errors.end()) return std::unexpected(*passing);
    return {};
  }

  ObjectStore& source_;
  Queue& queue_;
  const FeedSettings& settings_;
  Clock& clock_;
  const std::stop_token& stop_;
  unsigned faults_ = 0;  // in a row
};

}  // namespace

Result<void> feed(ObjectStore& source, Queue& queue, const FeedSettings& settings, Clock& clock,
                  Concurrency& concurrency, const std::stop_token& stop) {
  Feed feed(source, queue, settings, clock, stop);
  for (;;) {
    auto followed = feed.follow();
    if (followed || stop.stop_requested()) return {};
    if (!is_worth_retrying(followed.error().kind)) return followed;
    log::warning("watch_failed", {{"reason", followed.error().text()}});
    wait_unless_stopped(concurrency, clock, stop, feed.wait_after_fault());
  }
}

}  // namespace docmill
