#include "telemetry/progress_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace docmill {
namespace {

double share_percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

double remaining(std::uint64_t total, std::uint64_t done) {
  return total > done ? static_cast<double>(total - done) : 0;
}

std::string documents_part(const ProgressSnapshot& snapshot) {
  if (snapshot.stopping)
    return fmt::format("stopping: {} running, {} done", snapshot.documents_running, snapshot.documents_done);
  if (snapshot.endless)
    return fmt::format("documents {} done, {} running", snapshot.documents_done, snapshot.documents_running);
  return fmt::format("documents {}/{}{}", snapshot.documents_done, snapshot.documents_found,
                     snapshot.listing_finished ? "" : "+");
}

}  // namespace

ProgressSnapshot snapshot_of(const RunProgress& progress) {
  return {.documents_found = progress.documents_found,
          .listing_finished = progress.listing_finished,
          .endless = progress.endless,
          .stopping = progress.stopping,
          .documents_running = progress.documents_running,
          .documents_done = progress.documents_done,
          .documents_failed = progress.documents_failed,
          .documents_partial = progress.documents_partial,
          .documents_skipped = progress.documents_skipped,
          .pages_found = progress.pages_found,
          .pages_done = progress.pages_done,
          .pages_ocr = progress.pages_ocr,
          .pages_failed = progress.pages_failed};
}

std::optional<std::chrono::seconds> time_left(const ProgressSnapshot& snapshot) {
  // Skipped documents cost next to nothing, so they say nothing of the speed.
  const double worked_off = remaining(snapshot.documents_done, snapshot.documents_skipped);
  const bool is_total_known = snapshot.stopping || (snapshot.listing_finished && !snapshot.endless);
  if (!is_total_known || worked_off == 0 || snapshot.elapsed_seconds <= 0) return std::nullopt;
  const double documents_left = snapshot.stopping ? static_cast<double>(snapshot.documents_running)
                                                  : remaining(snapshot.documents_found, snapshot.documents_done);
  const double by_documents = documents_left * snapshot.elapsed_seconds / worked_off;
  // One long document at the end is seen by its pages only.
  const double by_pages = snapshot.pages_done == 0
                              ? 0
                              : remaining(snapshot.pages_found, snapshot.pages_done) * snapshot.elapsed_seconds /
                                    static_cast<double>(snapshot.pages_done);
  return std::chrono::seconds(std::llround(std::max(by_documents, by_pages)));
}

std::string short_duration(std::chrono::seconds duration) {
  const auto seconds = duration.count();
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  return fmt::format("{}h{:02}m", seconds / 3600, seconds / 60 % 60);
}

std::string progress_line(const ProgressSnapshot& snapshot, std::size_t columns) {
  std::string line = documents_part(snapshot);
  line += fmt::format("  pages {}/{}  {:.1f} pages/s  OCR {:.0f}%", snapshot.pages_done, snapshot.pages_found,
                      snapshot.pages_per_second, share_percent(snapshot.pages_ocr, snapshot.pages_done));
  if (snapshot.documents_failed > 0) line += fmt::format("  failed {}", snapshot.documents_failed);
  if (snapshot.documents_partial > 0) line += fmt::format("  partial {}", snapshot.documents_partial);
  if (const auto left = time_left(snapshot)) line += "  left " + short_duration(*left);
  return line.substr(0, columns);
}

}  // namespace docmill
