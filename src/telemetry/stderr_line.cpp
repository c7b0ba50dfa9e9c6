#include "telemetry/stderr_line.h"

#include <unistd.h>

#include <atomic>
#include <utility>

#include "telemetry/line_writer.h"

namespace docmill {
namespace {

std::string plain_notice(std::uint64_t lines) { return std::to_string(lines) + " lines were dropped here"; }

std::atomic<DroppedLinesNotice> notice = plain_notice;

// Never destroyed: a thread may still log while the process ends.
LineWriter& shared() {
  static auto& instance = *new LineWriter(STDERR_FILENO, [](std::uint64_t lines) { return notice.load()(lines); });
  return instance;
}

}  // namespace

void write_stderr_line(std::string_view line) { shared().write(line); }

void set_live_line(std::string line) { shared().set_live_line(std::move(line)); }

void tell_dropped_lines_by(DroppedLinesNotice line) { notice = line; }

void flush_stderr(std::chrono::milliseconds patience) { shared().flush(patience); }

}  // namespace docmill
