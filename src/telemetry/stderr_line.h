// The one way to stderr: whole lines, and below them at most one live line that is redrawn.
#pragma once

#include <string>
#include <string_view>

namespace docmill {

/// Write one line (without its line feed) in one write(2), above the live line if there is one. A line that stderr does
/// not take is lost: nobody waits for a reader of the log for long. Any thread.
void write_stderr_line(std::string_view line);

/// Show `line` as the live line in place of the last one; empty clears it. For terminals only. Any thread.
void set_live_line(std::string line);

}  // namespace docmill
