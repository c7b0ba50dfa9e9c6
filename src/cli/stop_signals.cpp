#include "cli/stop_signals.h"

#include <csignal>
#include <cstdlib>
#include <utility>

#include "telemetry/log.h"

#include <nlohmann/json.hpp>

namespace docmill {
namespace {

constexpr int exit_code_stopped = 3;

sigset_t stop_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  return signals;
}

/// The signal that came within `wait`, or 0.
int wait_for_signal(std::chrono::milliseconds wait) {
  const sigset_t signals = stop_signals();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(wait);
  const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(wait - seconds).count()};
  const int signal = ::sigtimedwait(&signals, nullptr, &timeout);
  return signal > 0 ? signal : 0;
}

}  // namespace

void block_stop_signals() {
  const sigset_t signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

StopSignals::StopSignals(std::stop_source stop, std::chrono::milliseconds grace, std::function<void()> first,
                         std::function<void()> out_of_grace)
    : thread_([stop = std::move(stop), grace, first = std::move(first),
               out_of_grace = std::move(out_of_grace)](const std::stop_token& finished) mutable {
        // Short waits, so that the thread sees that the program is done.
        constexpr std::chrono::milliseconds turn{100};
        std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
        while (!finished.stop_requested()) {
          if (const int signal = wait_for_signal(turn); signal != 0) {
            if (stop.stop_requested()) std::_Exit(exit_code_stopped);
            log::warning("stopping", {{"signal", signal}, {"grace_ms", grace.count()}});
            deadline = std::chrono::steady_clock::now() + grace;
            stop.request_stop();
            first();
          }
          if (std::chrono::steady_clock::now() >= deadline) {
            deadline = std::chrono::steady_clock::time_point::max();
            out_of_grace();
          }
        }
      }) {}

}  // namespace docmill
