// How a worker takes messages from its queue.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "cli/option.h"
#include "mill/worker.h"

namespace docmill {

struct WorkOptions {
  std::chrono::seconds visibility_timeout = WorkerSettings{}.visibility_timeout;
  std::chrono::seconds receive_wait = WorkerSettings{}.receive_wait;
  std::uint32_t receives_max = WorkerSettings{}.receives_max;
  OnFailed on_failed = WorkerSettings{}.on_failed;
  std::uint32_t documents_in_flight = 0;  // after parse_command_line() not 0
  std::chrono::milliseconds drain_timeout{110'000};
  bool watch = false;
  bool exit_when_empty = WorkerSettings{}.exit_when_empty;

  static std::vector<Option> options();
};

}  // namespace docmill
