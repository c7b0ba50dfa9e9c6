#include "base/percent_encoded.h"

#include <charconv>
#include <system_error>

#include "base/utf8.h"

namespace docmill {
namespace {

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

// The length of the printable character at the start of `bytes`; 0 when there is none.
std::size_t printable_length(std::string_view bytes) {
  const auto character = first_code_point(bytes);
  return character && !is_control(character->value) && character->value != '%' ? character->size_bytes : 0;
}

}  // namespace

std::string percent_encoded(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  while (!bytes.empty()) {
    const std::size_t length = printable_length(bytes);
    if (length > 0) {
      text += bytes.substr(0, length);
    } else {
      text += '%';
      const auto byte = static_cast<unsigned char>(bytes.front());
      text += digits[byte >> 4U];
      text += digits[byte & 0xFU];
    }
    bytes.remove_prefix(length > 0 ? length : 1);
  }
  return text;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned value = 0;
    const std::string_view hex = text.substr(i + 1, 2);
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
    if (hex.size() != 2 || error != std::errc() || end != hex.data() + 2) return std::nullopt;
    decoded += static_cast<char>(value);
    i += 2;
  }
  return decoded;
}

}  // namespace docmill
