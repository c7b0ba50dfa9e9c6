#include "telemetry/printable.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <iterator>
#include <optional>

namespace docmill {
namespace {

struct CodePoint {
  char32_t value;
  std::size_t size_bytes;
};

unsigned char byte_at(std::string_view text, std::size_t index) { return static_cast<unsigned char>(text[index]); }

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

bool is_scalar_in_shortest_form(char32_t value, std::size_t length) {
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  return value >= smallest.at(length) && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

// Nothing where `text` does not start with well-formed UTF-8 (Unicode 15, table 3-7).
std::optional<CodePoint> first_code_point(std::string_view text) {
  const std::size_t length = sequence_length(byte_at(text, 0));
  if (length == 0 || length > text.size()) return std::nullopt;
  if (length == 1) return CodePoint{.value = byte_at(text, 0), .size_bytes = 1};
  char32_t value = byte_at(text, 0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, i) & 0xC0U) != 0x80U) return std::nullopt;
    value = (value << 6U) | (byte_at(text, i) & 0x3FU);
  }
  if (!is_scalar_in_shortest_form(value, length)) return std::nullopt;
  return CodePoint{.value = value, .size_bytes = length};
}

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
      fmt::format_to(std::back_inserter(safe), "\\x{:02X}", byte_at(text, 0));
    else if (is_dangerous(code_point->value) && !kept_line)
      fmt::format_to(std::back_inserter(safe), "\\u{{{:X}}}", static_cast<std::uint32_t>(code_point->value));
    else
      safe += text.substr(0, size);
    text.remove_prefix(size);
  }
  return safe;
}

}  // namespace docmill
