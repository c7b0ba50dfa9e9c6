#include "extract/text/language.h"

// The header of CLD2 names FILE and does not include it.
#include <cstdio>
//
#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <array>
#include <cstddef>

namespace docmill::text {
namespace {

/// Of a page's text: twice as much changes no answer over the corpora's 887 pages, and costs 40 us a kilobyte. From 400
/// on two pages get another one.
constexpr std::size_t sample_size_bytes_max = 600;

/// Cut where a character begins.
std::string_view sample_of(std::string_view text) {
  if (text.size() <= sample_size_bytes_max) return text;
  std::size_t end = sample_size_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

/// Of the letters, those that the language must have.
constexpr int percent_min = 60;

/// CLD2 is older than some of today's codes.
std::string tag_of(CLD2::Language language) {
  const std::string_view code = CLD2::LanguageCode(language);
  if (code == "iw") return "he";
  if (code == "jw") return "jv";
  if (code == "mo") return "ro";
  return std::string(code);
}

}  // namespace

std::optional<std::string> language_of(std::string_view text) {
  constexpr int ranks = 3;
  const std::string_view sample = sample_of(text);
  CLD2::CLDHints no_hints{
      .content_language_hint = nullptr,
      .tld_hint = nullptr,
      .encoding_hint = CLD2::UNKNOWN_ENCODING,
      .language_hint = CLD2::UNKNOWN_LANGUAGE,
  };
  std::array<CLD2::Language, ranks> languages{};
  std::array<int, ranks> percents{};
  std::array<double, ranks> scores{};
  int letters_size_bytes = 0;
  bool is_reliable = false;
  const CLD2::Language language = CLD2::ExtDetectLanguageSummary(
      sample.data(), static_cast<int>(sample.size()), /*is_plain_text=*/true, &no_hints, /*flags=*/0, languages.data(),
      percents.data(), scores.data(), nullptr, &letters_size_bytes, &is_reliable);
  if (!is_reliable || languages.front() != language || percents.front() < percent_min) return std::nullopt;
  std::string tag = tag_of(language);
  // "un" is none, "xx-Copt" a script of which no language is known.
  if (tag == "un" || tag.starts_with("xx")) return std::nullopt;
  return tag;
}

}  // namespace docmill::text
