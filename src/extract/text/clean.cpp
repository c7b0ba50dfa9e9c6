#include "extract/text/clean.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdint>

namespace docmill::text {
namespace {

constexpr std::array<std::string_view, 7> ligatures = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};  // from U+FB00

class Cleaner {
 public:
  explicit Cleaner(std::u16string_view raw) : raw_(raw) { out_.text.reserve(raw.size() + raw.size() / 8); }

  Cleaned run() && {
    while (next_ < raw_.size()) {
      const char16_t unit = raw_[next_];
      if (unit >= 0x20 && unit < 0x7F) {
        out_.text.push_back(static_cast<char>(unit));
        ++next_;
      } else {
        take_other();
      }
    }
    trim(" \t\n");
    if (may_need_nfc_) normalise();
    return std::move(out_);
  }

 private:
  void take_other() {
    const char32_t c = take_code_point();
    if (c == '\n' || c == '\r') {
      end_line(c);
    } else if (c == line_end_hyphen) {
      join_line();
    } else if (c == 0 || U_IS_SURROGATE(c) || U_IS_UNICODE_NONCHAR(c)) {
      out_.invalid_characters = true;
    } else if (c >= 0xFB00 && c <= 0xFB06) {
      out_.text += ligatures[c - 0xFB00];
    } else if (!is_dropped(c)) {
      may_need_nfc_ |= c >= 0x300;  // everything below is in NFC and combines with nothing before it
      append(c);
    }
  }

  static bool is_dropped(char32_t c) {
    constexpr char32_t soft_hyphen = 0xAD;
    const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    return (control && c != '\t') || c == soft_hyphen;
  }

  char32_t take_code_point() {
    const char16_t lead = raw_[next_++];
    if (!U16_IS_LEAD(lead) || next_ == raw_.size() || !U16_IS_TRAIL(raw_[next_])) return lead;
    return U16_GET_SUPPLEMENTARY(lead, raw_[next_++]);
  }

  void append(char32_t c) {
    std::array<std::uint8_t, U8_MAX_LENGTH> bytes{};
    std::size_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, c);
    out_.text.append(bytes.begin(), bytes.begin() + length);
  }

  void end_line(char32_t c) {
    if (c == '\r' && next_ < raw_.size() && raw_[next_] == '\n') ++next_;
    trim(" \t");
    out_.text.push_back('\n');
  }

  void join_line() {
    const bool letter_before = next_ >= 2 && u_isalpha(raw_[next_ - 2]);
    const bool lower_case_after = next_ < raw_.size() && u_islower(raw_[next_]);
    if (!letter_before || !lower_case_after) out_.text.push_back('-');
  }

  void trim(std::string_view white_space) {
    out_.text.resize(out_.text.find_last_not_of(white_space) + 1);  // npos + 1 is 0
  }

  void normalise() {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(status);
    if (U_FAILURE(status) || nfc->isNormalizedUTF8(out_.text, status)) return;
    std::string normalised;
    icu::StringByteSink<std::string> sink(&normalised, static_cast<std::int32_t>(out_.text.size()));
    nfc->normalizeUTF8(0, out_.text, sink, nullptr, status);
    if (U_SUCCESS(status)) out_.text = std::move(normalised);
  }

  std::u16string_view raw_;
  std::size_t next_ = 0;
  bool may_need_nfc_ = false;
  Cleaned out_;
};

}  // namespace

Cleaned clean(std::u16string_view raw) { return Cleaner(raw).run(); }

}  // namespace docmill::text
