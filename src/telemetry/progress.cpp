#include "telemetry/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <thread>
#include <utility>

#include "base/concurrency.h"
#include "telemetry/log.h"
#include "telemetry/progress_line.h"
#include "telemetry/stderr_line.h"
#include "telemetry/thread_lost.h"

namespace docmill {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::chrono::milliseconds redraw_interval{250};
constexpr std::chrono::seconds log_interval{10};
constexpr std::chrono::seconds rate_window{10};

std::size_t terminal_columns() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2) return 79;
  return size.ws_col - 1U;  // in the last column some terminals wrap
}

// Pages per second over the last seconds, so that the figure follows a folder that turns from native text to scans.
class PageRate {
 public:
  explicit PageRate(SteadyTime start) { samples_.emplace_back(start, 0); }

  double add(SteadyTime now, std::uint64_t pages) {
    samples_.emplace_back(now, pages);
    while (samples_.size() > 2 && now - samples_[1].first >= rate_window) samples_.pop_front();
    const std::chrono::duration<double> span = now - samples_.front().first;
    return span.count() <= 0 ? 0 : static_cast<double>(pages - samples_.front().second) / span.count();
  }

 private:
  std::deque<std::pair<SteadyTime, std::uint64_t>> samples_;
};

void log_progress(const ProgressSnapshot& snapshot) {
  nlohmann::json fields{{"documents_done", snapshot.documents_done},
                        {"documents_found", snapshot.documents_found},
                        {"listing_finished", snapshot.listing_finished},
                        {"documents_failed", snapshot.documents_failed},
                        {"documents_partial", snapshot.documents_partial},
                        {"documents_skipped", snapshot.documents_skipped},
                        {"pages_done", snapshot.pages_done},
                        {"pages_found", snapshot.pages_found},
                        {"pages_ocr", snapshot.pages_ocr},
                        {"pages_failed", snapshot.pages_failed},
                        {"pages_per_second", snapshot.pages_per_second}};
  if (const auto left = time_left(snapshot)) fields["seconds_left"] = left->count();
  log::info("progress", fields);
}

}  // namespace

struct ProgressDisplay::State {
  State(const RunProgress& run, bool live)
      : progress(run), live_line(live), start(std::chrono::steady_clock::now()), rate(start) {}

  void show() {
    const auto now = std::chrono::steady_clock::now();
    ProgressSnapshot snapshot = snapshot_of(progress);
    snapshot.elapsed_seconds = std::chrono::duration<double>(now - start).count();
    snapshot.pages_per_second = rate.add(now, snapshot.pages_done);
    if (live_line)
      set_live_line(progress_line(snapshot, terminal_columns()));
    else
      log_progress(snapshot);
  }

  void run(const std::stop_token& stop) {
    const std::chrono::milliseconds interval = live_line ? redraw_interval : log_interval;
    std::unique_lock lock(mutex);
    // libstdc++ 12 says "not yet" where the stop comes between its look at the condition and its wait.
    const auto stopped = [&] { return stop.stop_requested(); };
    while (!wake.wait_for(lock, stop, interval, stopped) && !stopped()) show();
  }

  const RunProgress& progress;
  const bool live_line;
  const SteadyTime start;
  PageRate rate;
  std::mutex mutex;
  std::condition_variable_any wake;
  std::jthread thread;
};

ProgressDisplay::ProgressDisplay(const RunProgress& progress, bool live_line)
    : state_(std::make_unique<State>(progress, live_line)) {
  State& state = *state_;
  auto thread = start_thread([&state](const std::stop_token& stop) { state.run(stop); }, log::tell_lost("progress"));
  if (thread)
    state.thread = *std::move(thread);
  else
    log::warning("no_progress", {{"reason", thread.error().text()}});
}

ProgressDisplay::~ProgressDisplay() {
  state_->thread.request_stop();
  if (state_->thread.joinable()) state_->thread.join();
  if (state_->live_line) set_live_line({});
}

}  // namespace docmill
