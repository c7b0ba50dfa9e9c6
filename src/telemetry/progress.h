// Counters of a run that is going on, and the lines that show them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "document/page.h"

namespace docmill {

/// Written by the mill, read by displays. Any thread.
struct RunProgress {
  std::atomic<std::uint64_t> documents_found = 0;  // listed so far, ignored files not counted
  std::atomic<bool> listing_finished = false;      // documents_found is the total
  std::atomic<bool> endless = false;               // there is no total: documents come as long as it runs
  std::atomic<bool> stopping = false;              // only the running documents are finished
  std::atomic<std::uint64_t> documents_running = 0;
  std::atomic<std::uint64_t> documents_done = 0;  // ok, partial, failed or skipped
  std::atomic<std::uint64_t> documents_failed = 0;
  std::atomic<std::uint64_t> documents_partial = 0;
  std::atomic<std::uint64_t> documents_skipped = 0;
  std::atomic<std::uint64_t> outputs_stale = 0;  // the text is of an earlier version of the document
  std::atomic<std::uint64_t> files_ignored = 0;
  std::atomic<std::uint64_t> pages_found = 0;  // of the documents opened so far
  std::atomic<std::uint64_t> pages_done = 0;
  std::atomic<std::uint64_t> pages_ocr = 0;
  std::atomic<std::uint64_t> pages_failed = 0;
  std::array<std::atomic<std::uint64_t>, warning::counted.size()> pages_warned =
      {};  // in the order of warning::counted
};

/// Shows a run while it lasts: on a terminal one live line on stderr (documents and pages done of total, pages/s, OCR
/// share, failures, time left), redrawn a few times a second; else a log event `progress` at most every ten seconds.
/// The destructor clears the line. `progress` must outlive it.
class ProgressDisplay {
 public:
  ProgressDisplay(const RunProgress& progress, bool live_line);
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;
  ~ProgressDisplay();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace docmill
