#include "extract/pdf/byte_repairs.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "extract/text/letters.h"

namespace docmill::pdf {
namespace {

constexpr char32_t first_beyond_ascii = 0x80;
constexpr char32_t last_lettered = 0x52F;  // Latin, Greek and Cyrillic end here

enum class Bytes : std::uint8_t { utf8_pair, exchanged };
constexpr std::array all_bytes{Bytes::utf8_pair, Bytes::exchanged};

/// What the two bytes stand for, where that is a character of an alphabet or beside it.
std::optional<char32_t> meant_by(char32_t c, Bytes bytes) {
  const char32_t upper = c >> 8U;
  const char32_t lower = c & 0xFFU;
  if (c > 0xFFFF) return std::nullopt;
  if (bytes == Bytes::utf8_pair) {
    const bool valid = upper >= 0xC2 && upper <= 0xD4 && lower >= 0x80 && lower <= 0xBF;
    return valid ? std::optional(((upper & 0x1FU) << 6U) | (lower & 0x3FU)) : std::nullopt;
  }
  const char32_t meant = (lower << 8U) | upper;
  const bool general_punctuation = meant >= 0x2010 && meant < 0x2040;
  const bool lettered = meant >= ' ' && meant <= last_lettered;
  return lettered || general_punctuation ? std::optional(meant) : std::nullopt;
}

struct Reading {
  text::Speller speller;
  std::uint32_t meant = 0, others = 0;

  void take(char32_t c, Bytes bytes) {
    if (c < first_beyond_ascii) return speller.take(c);
    const auto character = meant_by(c, bytes);
    ++(character ? meant : others);
    speller.take(character.value_or(' '));
  }

  bool is_certain() const {
    constexpr std::uint32_t meant_min = 8;
    constexpr std::uint32_t few = 12;
    constexpr std::uint32_t many = 40;
    constexpr double hardly_a_flaw = 0.9;
    const text::Spelling& spelling = speller.total();
    return others == 0 && meant >= meant_min &&
           ((spelling.sequences >= many && spelling.share() >= text::Spelling::likely) ||
            (spelling.sequences >= few && spelling.share() >= hardly_a_flaw));
  }
};

bool may_be_bytes(const Glyph& glyph) {
  return glyph.unicode >= 0x100 &&
         (meant_by(glyph.unicode, Bytes::utf8_pair) || meant_by(glyph.unicode, Bytes::exchanged));
}

Reading read(const std::vector<Glyph>& glyphs, std::uint16_t font, Bytes bytes) {
  Reading reading;
  for (const Glyph& glyph : glyphs) {
    if (glyph.font == font && !glyph.mark)
      reading.take(glyph.unicode, bytes);
    else
      reading.speller.end_word();
  }
  reading.speller.end_word();
  return reading;
}

}  // namespace

bool mend_bytes(std::vector<Glyph>& glyphs, std::size_t font_count) {
  // Text in Chinese or Korean has some such characters, and so many in a row by chance never.
  constexpr std::ptrdiff_t count_min = 8;
  if (std::ranges::count_if(glyphs, may_be_bytes) < count_min) return false;
  bool mended = false;
  for (std::size_t number = 0; number < font_count; ++number) {
    const auto font = static_cast<std::uint16_t>(number);
    for (const Bytes bytes : all_bytes) {
      if (!read(glyphs, font, bytes).is_certain()) continue;
      for (Glyph& glyph : glyphs) {
        if (glyph.font != font || glyph.unicode < first_beyond_ascii) continue;
        glyph.unicode = meant_by(glyph.unicode, bytes).value_or(glyph.unicode);
        glyph.is_code = false;
      }
      mended = true;
      break;
    }
  }
  return mended;
}

}  // namespace docmill::pdf
