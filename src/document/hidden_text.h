// Codes of the `warnings` column about text that nobody sees; the others are in document/page.h.
#pragma once

#include <string_view>

namespace docmill::warning {

inline constexpr std::string_view hidden_text = "hidden_text";  // text that nobody sees was left out
inline constexpr std::string_view hidden_text_undecided = "hidden_text_undecided";  // text that may be hidden was kept

}  // namespace docmill::warning
