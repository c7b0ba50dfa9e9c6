// SIGINT and SIGTERM: the first asks for an orderly end, the second ends at once.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "base/concurrency.h"

namespace docmill {

/// Of a command that could not finish, or was told to stop: the next run goes on.
inline constexpr int exit_code_unfinished = 3;

/// After the first order to stop, time for what runs to finish, where no option says another.
inline constexpr std::chrono::milliseconds grace_default{30'000};

/// Block both signals in the calling thread and all that it starts. Before the first thread, for a signal goes to any
/// that does not block it; those of the connection to AWS begin when it is first used.
void block_stop_signals();

struct StopSignal {
  int number = 0;
  bool typed = false;  // Ctrl-C at the terminal, not sent by a process
};

/// Tells a second order to stop from the first one that comes twice: whoever signals a program and then its process
/// group, as GNU timeout does, signals it twice within a moment and means one end. Each Ctrl-C is an order.
class StopOrders {
 public:
  /// Whether it is part of the order that came before.
  bool is_repeated(const StopSignal& signal, std::chrono::steady_clock::time_point at);

 private:
  std::optional<int> number_;  // of the last order
  std::chrono::steady_clock::time_point at_;
};

/// End the process now, once what was said is out or its reader had its time.
[[noreturn]] void end_process(int exit_code);

/// What the log tells when a second order ends the process at once: where what was done is, and who goes on with it.
void set_words_of_sudden_end(std::string words);

/// Waits for them on a thread of its own. On the first, `stop` is requested and `first` called, and when `grace` has
/// passed `out_of_grace` is called, once. On the second order to stop the process ends with exit code 3.
class StopSignals {
 public:
  /// Errors: as start_thread().
  static Result<StopSignals> wait(std::stop_source stop, std::chrono::milliseconds grace, std::function<void()> first,
                                  std::function<void()> out_of_grace);
  /// For what has nothing that must not be cut off: blocks both, and out of grace the process ends with exit code 3.
  static Result<StopSignals> wait_or_end(std::stop_source stop, std::chrono::milliseconds grace);

 private:
  explicit StopSignals(std::jthread thread) : thread_(std::move(thread)) {}
  std::jthread thread_;
};

/// For as long as there is nothing to end in order: blocks both, and the first one ends the process.
class EndOnSignal {
 public:
  /// Errors: as start_thread().
  static Result<EndOnSignal> begin(int exit_code);

 private:
  explicit EndOnSignal(StopSignals signals) : signals_(std::move(signals)) {}
  StopSignals signals_;
};

}  // namespace docmill
