// Text as a parser may hand it on, cleaned: always valid, and clean already the second time.
#include <unicode/unistr.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "extract/text/clean.h"

namespace {

std::u16string utf16_of(const std::string& utf8) {
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(utf8);
  return {text.getBuffer(), static_cast<std::size_t>(text.length())};
}

bool is_valid(const std::string& utf8) {
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(utf8);  // puts U+FFFD in place of what is invalid
  std::string again;
  text.toUTF8String(again);
  return again == utf8;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::u16string raw(size / sizeof(char16_t), u'\0');
  if (!raw.empty()) std::memcpy(raw.data(), data, raw.size() * sizeof(char16_t));
  const docmill::text::Cleaned cleaned = docmill::text::clean(raw);
  if (!is_valid(cleaned.text) || cleaned.text.find('\0') != std::string::npos) std::abort();
  const docmill::text::Cleaned again = docmill::text::clean(utf16_of(cleaned.text));
  if (again.text != cleaned.text || again.invalid_characters) std::abort();
  return 0;
}
