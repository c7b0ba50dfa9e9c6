#include "store/percent_encoded.h"

#include <cstdint>

namespace docmill {
namespace {

unsigned byte_at(std::string_view bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }

// What the first byte of a UTF-8 sequence promises (Unicode 15, table 3-7).
struct Lead {
  std::size_t length;      // 0: no sequence starts so
  std::uint32_t payload;   // its bits of the code point
  std::uint32_t smallest;  // below it the sequence is longer than it need be
};

Lead lead_of(unsigned byte) {
  if (byte < 0x80U) return {1, byte, 0};
  if (byte >> 5U == 0x6U) return {2, byte & 0x1FU, 0x80};
  if (byte >> 4U == 0xEU) return {3, byte & 0x0FU, 0x800};
  if (byte >> 3U == 0x1EU) return {4, byte & 0x07U, 0x10000};
  return {0, 0, 0};
}

bool is_control(std::uint32_t code_point) { return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0); }

bool is_surrogate(std::uint32_t code_point) { return code_point >= 0xD800 && code_point <= 0xDFFF; }

// The length of the printable character at the start of `bytes`; 0 when there is none.
std::size_t printable_length(std::string_view bytes) {
  const Lead lead = lead_of(byte_at(bytes, 0));
  if (lead.length == 0 || lead.length > bytes.size()) return 0;
  std::uint32_t code_point = lead.payload;
  for (std::size_t i = 1; i < lead.length; ++i) {
    if (byte_at(bytes, i) >> 6U != 0x2U) return 0;
    code_point = code_point << 6U | (byte_at(bytes, i) & 0x3FU);
  }
  const bool valid = code_point >= lead.smallest && code_point <= 0x10FFFF && !is_surrogate(code_point);
  return valid && !is_control(code_point) && code_point != '%' ? lead.length : 0;
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
      text += digits[byte_at(bytes, 0) >> 4U];
      text += digits[byte_at(bytes, 0) & 0xFU];
    }
    bytes.remove_prefix(length > 0 ? length : 1);
  }
  return text;
}

}  // namespace docmill
