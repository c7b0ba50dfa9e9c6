#include "cli/stop_signals.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "telemetry/log.h"

namespace docmill {
namespace {

sigset_t stop_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  return signals;
}

using SteadyTime = std::chrono::steady_clock::time_point;

/// The signal that came before `deadline`, or 0.
int wait_for_signal(SteadyTime deadline) {
  const sigset_t signals = stop_signals();
  int signal = 0;
  if (deadline == SteadyTime::max()) {
    signal = ::sigwaitinfo(&signals, nullptr);
  } else {
    const auto left = std::max(deadline - std::chrono::steady_clock::now(), std::chrono::nanoseconds(0));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(left - seconds).count()};
    signal = ::sigtimedwait(&signals, nullptr, &timeout);
  }
  return std::max(signal, 0);
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
        // A signal to this thread alone wakes it when the program is done. It is blocked and waited for: it ends
        // nobody.
        const auto poke = [self = ::pthread_self()] {
          ::pthread_kill(self, SIGTERM);  // NOLINT(bugprone-bad-signal-to-kill-thread)
        };
        const std::stop_callback wake(finished, poke);
        SteadyTime deadline = SteadyTime::max();
        for (;;) {
          const int signal = wait_for_signal(deadline);
          if (finished.stop_requested()) return;
          if (signal != 0) {
            if (stop.stop_requested()) std::_Exit(exit_code_unfinished);
            log::warning("stopping", {{"signal", signal}, {"grace_ms", grace.count()}});
            deadline = std::chrono::steady_clock::now() + grace;
            stop.request_stop();
            first();
          }
          if (std::chrono::steady_clock::now() >= deadline) {
            deadline = SteadyTime::max();
            out_of_grace();
          }
        }
      }) {}

EndOnSignal::EndOnSignal(int exit_code) {
  block_stop_signals();
  signals_.emplace(std::stop_source(), std::chrono::milliseconds(0), [exit_code] { std::_Exit(exit_code); }, [] {});
}

}  // namespace docmill
