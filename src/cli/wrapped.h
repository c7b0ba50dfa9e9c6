// Prose on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace docmill {

/// Appends `text` word by word in lines of 100 columns; lines after the first are indented. `used` is the length of the
/// line so far.
void append_wrapped(std::string& out, std::string_view text, std::size_t used, std::size_t indent);

}  // namespace docmill
