// One extract() call under way: between the thread that waits for pages and the event loop that gets them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/document_plan.h"
#include "sandbox/extractor.h"

namespace docmill {

struct Task {
  const ExtractRequest* request = nullptr;

  // The event loop's own.
  DocumentPlan plan;
  std::chrono::steady_clock::duration time_used{};  // of all children that worked on it
  std::uint32_t children = 0;                       // that hold a piece of it

  // Shared; under the sandbox's mutex.
  std::condition_variable changed;
  std::optional<std::uint32_t> page_count;
  std::vector<std::uint32_t> due;
  struct ReadyPage {
    ExtractedPage page;
    std::size_t size_bytes = 0;
  };
  std::map<std::uint32_t, ReadyPage> ready;  // by page; the window
  std::size_t ready_bytes = 0;
  std::deque<PageFile> files;  // of pages that have ended; the receiver takes these first
  std::size_t files_bytes = 0;
  std::size_t next_due = 0;  // place in `due` of the page that the receiver comes for next
  bool window_was_full = false;
  std::optional<Error> rest_lost;  // given up: every page that is due and not ready is a row with this error
  std::optional<Error> failure;
  bool cancelled = false;  // nobody waits for its pages any more
  bool released = false;   // the event loop has forgotten it

  /// Whether the receiver can go on.
  bool has_news() const {
    if (failure) return true;
    return page_count && (!files.empty() || next_due == due.size() || rest_lost || ready.contains(due[next_due]));
  }
  /// The page that is due, and the next one is; nothing where it is lost. Where has_news() says that there is one.
  std::optional<ExtractedPage> take_due();
  std::optional<PageFile> take_file();

  Task(const ExtractRequest& extract_request, const PlanSettings& settings)
      : request(&extract_request), plan(settings, extract_request.pages) {}
};

/// A page that nobody could read.
ExtractedPage lost_page(std::uint32_t page_index, const Error& error, Outputs outputs);

/// Pages that wait for an earlier one of their document, and files that wait for their receiver, at most about so many
/// bytes each; then their child has to wait.
inline constexpr std::size_t window_size_bytes_max = 32 * MiB;
/// What a row of one page takes beside its bytes: the arrays and buffers of its columns (measured: 7 KiB).
inline constexpr std::size_t row_overhead_bytes = 8 * KiB;

}  // namespace docmill
