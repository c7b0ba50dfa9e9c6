// Letters of ASCII, whatever the locale; every other byte, those of UTF-8 too, stays as it is.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace docmill {

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string ascii_lowered(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  return lower;
}

}  // namespace docmill
