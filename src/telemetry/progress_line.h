// What a run's counters say to a person: pure functions behind ProgressDisplay.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "telemetry/progress.h"

namespace docmill {

/// The counters at one moment.
struct ProgressSnapshot {
  std::uint64_t documents_found = 0;
  bool listing_finished = false;
  bool endless = false;
  bool stopping = false;
  std::uint64_t documents_running = 0;
  std::uint64_t documents_done = 0;
  std::uint64_t documents_failed = 0;
  std::uint64_t documents_partial = 0;
  std::uint64_t documents_skipped = 0;
  std::uint64_t pages_found = 0;
  std::uint64_t pages_done = 0;
  std::uint64_t pages_ocr = 0;
  std::uint64_t pages_failed = 0;
  double elapsed_seconds = 0;
  double pages_per_second = 0;  // lately
};

ProgressSnapshot snapshot_of(const RunProgress& progress);

/// How long the rest takes if it goes on as it went: of a run that stops, what is running. Nothing before the total is
/// known or anything is done.
std::optional<std::chrono::seconds> time_left(const ProgressSnapshot& snapshot);

/// The live line, cut to `columns`. ASCII.
std::string progress_line(const ProgressSnapshot& snapshot, std::size_t columns);

/// "7s", "3m05s", "2h07m".
std::string short_duration(std::chrono::seconds duration);

}  // namespace docmill
