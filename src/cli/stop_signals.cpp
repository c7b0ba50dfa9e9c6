#include "cli/stop_signals.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "telemetry/log.h"
#include "telemetry/stderr_line.h"
#include "telemetry/thread_lost.h"

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

/// Between the two signals of one order. The sender makes two calls in a row; on a busy machine it may have to wait for
/// its turn between them.
constexpr std::chrono::seconds moment{1};

/// The signal that came before `deadline`.
std::optional<StopSignal> wait_for_signal(SteadyTime deadline) {
  const sigset_t signals = stop_signals();
  siginfo_t info{};
  int signal = 0;
  if (deadline == SteadyTime::max()) {
    signal = ::sigwaitinfo(&signals, &info);
  } else {
    const auto left = std::max(deadline - std::chrono::steady_clock::now(), std::chrono::nanoseconds(0));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(left - seconds).count()};
    signal = ::sigtimedwait(&signals, &info, &timeout);
  }
  if (signal <= 0) return std::nullopt;
  return StopSignal{.number = signal, .typed = info.si_code == SI_KERNEL};
}

std::string words_of_stop(std::chrono::milliseconds grace) {
  if (grace.count() == 0) return "what runs is ended";
  return fmt::format("nothing new is begun, and what runs has {} s to finish; a second Ctrl-C or SIGTERM ends at once",
                     std::chrono::ceil<std::chrono::seconds>(grace).count());
}

/// The threads that work go on until the process ends.
struct LastWords {
  std::mutex mutex;
  std::string words = "what was under way is not finished";
};
LastWords& last_words() {
  static LastWords last;
  return last;
}

[[noreturn]] void end_at_once() {
  {
    const std::lock_guard lock(last_words().mutex);
    log::warning("ended_at_once", {{"message", last_words().words}});
  }
  end_process(exit_code_unfinished);
}

}  // namespace

void end_process(int exit_code) {
  flush_stderr();
  std::_Exit(exit_code);
}

void set_words_of_sudden_end(std::string words) {
  const std::lock_guard lock(last_words().mutex);
  last_words().words = std::move(words);
}

bool StopOrders::is_repeated(const StopSignal& signal, SteadyTime at) {
  if (!signal.typed && number_ == signal.number && at - at_ < moment) return true;
  number_ = signal.number;
  at_ = at;
  return false;
}

void block_stop_signals() {
  const sigset_t signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Result<StopSignals> StopSignals::wait(std::stop_source stop, std::chrono::milliseconds grace,
                                      std::function<void()> first, std::function<void()> out_of_grace) {
  auto thread = start_thread(
      [stop = std::move(stop), grace, first = std::move(first),
       out_of_grace = std::move(out_of_grace)](const std::stop_token& finished) mutable {
        // A signal to this thread alone wakes it when the program is done. It is blocked and waited for: it ends
        // nobody.
        const auto poke = [self = ::pthread_self()] {
          ::pthread_kill(self, SIGTERM);  // NOLINT(bugprone-bad-signal-to-kill-thread)
        };
        const std::stop_callback wake(finished, poke);
        SteadyTime deadline = SteadyTime::max();
        StopOrders orders;
        for (;;) {
          const auto signal = wait_for_signal(deadline);
          if (finished.stop_requested()) return;
          if (signal && !orders.is_repeated(*signal, std::chrono::steady_clock::now())) {
            if (stop.stop_requested()) end_at_once();
            log::warning("stopping",
                         {{"message", words_of_stop(grace)}, {"signal", signal->number}, {"grace_ms", grace.count()}});
            deadline = std::chrono::steady_clock::now() + grace;
            stop.request_stop();
            first();
          }
          if (std::chrono::steady_clock::now() >= deadline) {
            deadline = SteadyTime::max();
            out_of_grace();
          }
        }
      },
      log::tell_lost("signals"));
  if (!thread) return std::unexpected(std::move(thread).error());
  return StopSignals(*std::move(thread));
}

Result<StopSignals> StopSignals::wait_or_end(std::stop_source stop, std::chrono::milliseconds grace) {
  block_stop_signals();
  return wait(std::move(stop), grace, [] {}, [] { end_process(exit_code_unfinished); });
}

Result<EndOnSignal> EndOnSignal::begin(int exit_code) {
  block_stop_signals();
  auto signals = StopSignals::wait(
      std::stop_source(), std::chrono::milliseconds(0), [exit_code] { end_process(exit_code); }, [] {});
  if (!signals) return std::unexpected(std::move(signals).error());
  return EndOnSignal(*std::move(signals));
}

}  // namespace docmill
