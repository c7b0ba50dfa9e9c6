#include "base/utf8.h"

#include <array>

namespace docmill {
namespace {

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

}  // namespace

std::optional<CodePoint> first_code_point(std::string_view text) {
  if (text.empty()) return std::nullopt;
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

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto character = first_code_point(text);
    if (!character) return false;
    text.remove_prefix(character->size_bytes);
  }
  return true;
}

}  // namespace docmill
