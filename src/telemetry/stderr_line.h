// The one way to stderr: whole lines, and below them at most one live line that is redrawn. See line_writer.h: nobody
// waits for who reads them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace docmill {

/// Write one line (without its line feed) in one write(2), above the live line if there is one. Where nobody reads
/// stderr, lines wait, then are dropped and counted. Any thread.
void write_stderr_line(std::string_view line);

/// Show `line` as the live line in place of the last one; empty clears it. For terminals only. Any thread.
void set_live_line(std::string line);

/// The line that tells how many were dropped.
using DroppedLinesNotice = std::string (*)(std::uint64_t lines);
void tell_dropped_lines_by(DroppedLinesNotice line);

/// A reader who is slow gets so long at the end of the program; what he has not taken then is lost.
inline constexpr std::chrono::milliseconds stderr_flush_timeout{1'000};

/// Wait for what was written so far, before something is written to stderr directly, and before the program ends. Any
/// thread.
void flush_stderr(std::chrono::milliseconds patience = stderr_flush_timeout);

}  // namespace docmill
