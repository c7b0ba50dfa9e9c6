// Foreign text made safe to show: names and page text come from strangers and end up on terminals and in logs.
#pragma once

#include <string>
#include <string_view>

namespace docmill {

enum class Lines : unsigned char { keep, escape };

/// `text` with everything escaped that could move a cursor, colour a terminal, reorder what is read or start a new log
/// line: C0 and C1 control characters, DEL, U+2028, U+2029 and the bidirectional controls as \u{9B}, bytes that are no
/// UTF-8 as \x9B. `Lines::keep` leaves line feeds and tabs.
std::string printable(std::string_view text, Lines lines);

}  // namespace docmill
