#include "telemetry/printable.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

#include "base/utf8.h"

namespace docmill {
namespace {

bool is_dangerous(char32_t c) {
  const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
  const bool separator = c == 0x2028 || c == 0x2029;
  const bool bidirectional =
      c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  return control || separator || bidirectional;
}

}  // namespace

std::string printable(std::string_view text, Lines lines) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const auto code_point = first_code_point(text);
    const std::size_t size = code_point ? code_point->size_bytes : 1;
    const bool kept_line = lines == Lines::keep && (text.front() == '\n' || text.front() == '\t');
    if (!code_point)
      fmt::format_to(std::back_inserter(safe), "\\x{:02X}", static_cast<unsigned char>(text.front()));
    else if (is_dangerous(code_point->value) && !kept_line)
      fmt::format_to(std::back_inserter(safe), "\\u{{{:X}}}", static_cast<std::uint32_t>(code_point->value));
    else
      safe += text.substr(0, size);
    text.remove_prefix(size);
  }
  return safe;
}

}  // namespace docmill
