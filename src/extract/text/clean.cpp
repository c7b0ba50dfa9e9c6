#include "extract/text/clean.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "extract/text/letters.h"

namespace docmill::text {
namespace {

constexpr std::array<std::string_view, 7> ligatures = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};  // from U+FB00

/// `text` in NFC; as it is where that fails.
void normalise(std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status) || nfc->isNormalizedUTF8(text, status)) return;
  std::string normalised;
  icu::StringByteSink<std::string> sink(&normalised, static_cast<std::int32_t>(text.size()));
  nfc->normalizeUTF8(0, text, sink, nullptr, status);
  if (U_SUCCESS(status)) text = std::move(normalised);
}

class Cleaner {
 public:
  explicit Cleaner(std::u16string_view raw) : raw_(raw) { out_.text.reserve(raw.size() + raw.size() / 8); }

  Cleaned run() && {
    while (next_ < raw_.size()) take();
    return finished();
  }

  CleanedWords run_with_words() && {
    // By byte of the text: the unit that it came from. After a trim those of white space may be wrong; nobody asks.
    std::vector<std::uint32_t> origins;
    while (next_ < raw_.size()) {
      const auto unit = static_cast<std::uint32_t>(next_);
      take();
      origins.resize(out_.text.size(), unit);
    }
    std::vector<CleanedWord> words;
    std::size_t counted = 0, line = 0;  // line feeds before `counted` are in `line`
    for (const std::string_view word : words_in(out_.text)) {
      const auto at = static_cast<std::size_t>(word.data() - out_.text.data());
      line +=
          static_cast<std::size_t>(std::ranges::count(std::string_view(out_.text).substr(counted, at - counted), '\n'));
      counted = at;
      words.push_back(
          {.text = std::string(word), .first = origins[at], .last = origins[at + word.size() - 1], .line = line});
      // White space combines with nothing, so the words of a text in NFC are its words in NFC.
      if (may_need_nfc_) normalise(words.back().text);
    }
    return {.cleaned = finished(), .words = std::move(words)};
  }

 private:
  void take() {
    const char16_t unit = raw_[next_];
    if (unit >= 0x20 && unit < 0x7F) {
      out_.text.push_back(static_cast<char>(unit));
      ++next_;
    } else {
      take_other();
    }
  }

  Cleaned finished() {
    trim(" \t\n");
    if (may_need_nfc_) normalise(out_.text);
    return std::move(out_);
  }

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
    const bool breaks_word = letter_before && (lower_case_after || breaks_capitals(next_ - 1));
    if (!breaks_word) out_.text.push_back('-');
  }

  /// Whether the hyphen breaks a word in capitals, as OP-TIONAL: its letters follow each other as in words (letters.h),
  /// and either part has a vowel, unlike names that a hyphen joins (CD-ROM, EAP-TLS) and most codes (AB-CDEF). Nor has
  /// a word a digit beside it (AB-CD12) or one letter before the hyphen (X-RAY).
  bool breaks_capitals(std::size_t hyphen) const {
    constexpr std::size_t before_min = 2, after_min = 3;  // where TeX breaks English words
    std::size_t begin = hyphen, end = hyphen + 1;
    while (begin > 0 && u_isupper(raw_[begin - 1])) --begin;
    while (end < raw_.size() && u_isupper(raw_[end])) ++end;
    const std::u16string_view before = raw_.substr(begin, hyphen - begin),
                              after = raw_.substr(hyphen + 1, end - hyphen - 1);
    if (before.size() < before_min || after.size() < after_min || has_no_vowel(before) || has_no_vowel(after))
      return false;
    if ((begin > 0 && is_of_code(raw_[begin - 1])) || (end < raw_.size() && is_of_code(raw_[end]))) return false;
    const Spelling spelling = spelling_of(std::u16string(before).append(after));
    return spelling.sequences > 0 && spelling.share() >= Spelling::doubtful;
  }

  /// Of letters beyond ASCII it is not known.
  static bool has_no_vowel(std::u16string_view capitals) {
    return capitals.find_first_not_of(u"BCDFGHJKLMNPQRSTVWXZ") == std::u16string_view::npos;
  }

  static bool is_of_code(char16_t c) {
    constexpr std::u16string_view joints = u"-_/\\@#+=&";
    return u_isalnum(c) || joints.find(c) != std::u16string_view::npos;
  }

  void trim(std::string_view white_space) {
    out_.text.resize(out_.text.find_last_not_of(white_space) + 1);  // npos + 1 is 0
  }

  std::u16string_view raw_;
  std::size_t next_ = 0;
  bool may_need_nfc_ = false;
  Cleaned out_;
};

}  // namespace

Cleaned clean(std::u16string_view raw) { return Cleaner(raw).run(); }

CleanedWords clean_with_words(std::u16string_view raw) { return Cleaner(raw).run_with_words(); }

std::vector<std::string_view> words_in(std::string_view utf8) {
  std::vector<std::string_view> words;
  const char* bytes = utf8.data();
  const auto length = static_cast<std::int64_t>(utf8.size());
  std::int64_t begin = 0;
  for (std::int64_t at = 0; at < length;) {
    const std::int64_t before = at;
    UChar32 code_point = 0;
    U8_NEXT(bytes, at, length, code_point);  // NOLINT(bugprone-inc-dec-in-conditions): ICU's macro
    if (u_isUWhiteSpace(code_point) == 0) continue;
    if (before > begin)
      words.push_back(utf8.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(before - begin)));
    begin = at;
  }
  if (length > begin) words.push_back(utf8.substr(static_cast<std::size_t>(begin)));
  return words;
}

}  // namespace docmill::text
