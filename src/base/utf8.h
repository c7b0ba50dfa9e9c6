// Well-formed UTF-8 (Unicode 15, table 3-7), one code point at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace docmill {

struct CodePoint {
  char32_t value;
  std::size_t size_bytes;
};

/// Nothing where `text` is empty or does not start with well-formed UTF-8.
std::optional<CodePoint> first_code_point(std::string_view text);

/// Whether all of `text` is.
bool is_utf8(std::string_view text);

}  // namespace docmill
