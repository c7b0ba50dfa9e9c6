#include "extract/pdf/utf8_codes.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>

namespace docmill::pdf {
namespace {

/// The lead of a sequence of two bytes or more, in the upper byte or in the lower one.
bool may_be_a_pair(const Glyph& glyph) {
  constexpr char32_t first_lead = 0xC2;
  constexpr char32_t first_continuation = 0x80;
  return glyph.unicode > 0xFF && glyph.unicode < 0xFFFF &&
         ((glyph.unicode >> 8) >= first_lead ||
          ((glyph.unicode & 0xFF) >= first_lead && (glyph.unicode >> 8) < first_continuation));
}

/// The bytes of the glyphs' codes, and which glyph each is of. Codes are pairs of bytes, the last one may be half of
/// one; or a character each, of which ASCII's have one byte. None where a code is neither.
struct Bytes {
  std::string bytes;
  std::vector<std::size_t> glyphs;
};

Bytes bytes_of(std::span<const Glyph> glyphs) {
  Bytes result;
  for (std::size_t i = 0; i < glyphs.size(); ++i) {
    const char32_t code = glyphs[i].unicode;
    const bool single = code <= 0xFF;
    const bool ascii = code < 0x80;
    if ((single && !ascii && i + 1 < glyphs.size()) || code > 0xFFFF) return {};
    if (!single) {
      result.bytes.push_back(static_cast<char>(code >> 8));
      result.glyphs.push_back(i);
    }
    result.bytes.push_back(static_cast<char>(code & 0xFF));
    result.glyphs.push_back(i);
  }
  return result;
}

/// The box at `share` of the way from the first box to the last.
FS_RECTF box_between(const FS_RECTF& first, const FS_RECTF& last, float share) {
  const auto at = [&](float a, float b) { return a + ((b - a) * share); };
  return {.left = at(first.left, last.left),
          .top = at(first.top, last.top),
          .right = at(first.right, last.right),
          .bottom = at(first.bottom, last.bottom)};
}

/// The characters, in even steps along the glyphs; none where the bytes are not UTF-8.
std::vector<Glyph> decoded(std::span<const Glyph> glyphs) {
  const auto [bytes, glyph_of_byte] = bytes_of(glyphs);
  const auto size = static_cast<std::int32_t>(bytes.size());
  std::vector<Glyph> characters;
  for (std::int32_t at = 0; at < size;) {
    Glyph character = glyphs[glyph_of_byte[static_cast<std::size_t>(at)]];
    UChar32 c = 0;
    U8_NEXT(bytes.data(), at, size, c);  // NOLINT(bugprone-inc-dec-in-conditions): ICU's macro
    if (c < 0) return {};
    character.unicode = static_cast<char32_t>(c);
    character.is_code = false;
    characters.push_back(character);
  }
  for (std::size_t i = 0; i < characters.size(); ++i)
    characters[i].box = box_between(glyphs.front().box, glyphs.back().box,
                                    static_cast<float>(i) / static_cast<float>(characters.size()));
  return characters;
}

/// Unmapped glyphs of one text object.
struct Run {
  std::size_t from = 0, to = 0;
  FPDF_FONT font = nullptr;
  std::vector<Glyph> characters;
};

std::vector<Run> unmapped_runs(std::span<const Glyph> glyphs) {
  std::vector<Run> runs;
  FPDF_PAGEOBJECT last = nullptr;
  for (std::size_t i = 0; i < glyphs.size(); ++i) {
    FPDF_PAGEOBJECT object = glyphs[i].is_code ? glyphs[i].object : nullptr;
    if (object != nullptr && object == last)
      runs.back().to = i + 1;
    else if (object != nullptr)
      runs.push_back({.from = i, .to = i + 1, .font = FPDFTextObj_GetFont(object), .characters = {}});
    last = object;
  }
  for (Run& run : runs) run.characters = decoded(glyphs.subspan(run.from, run.to - run.from));
  return runs;
}

std::set<FPDF_FONT> fonts_of_utf8(std::span<const Run> runs) {
  std::set<FPDF_FONT> fonts;
  std::set<FPDF_FONT> others;
  for (const Run& run : runs) {
    const auto beyond_ascii = [](const Glyph& glyph) { return glyph.unicode >= 0x80; };
    if (run.characters.empty()) others.insert(run.font);
    if (std::ranges::any_of(run.characters, beyond_ascii)) fonts.insert(run.font);
  }
  std::erase_if(fonts, [&](FPDF_FONT font) { return others.contains(font); });
  return fonts;
}

}  // namespace

bool decode_utf8(std::vector<Glyph>& glyphs) {
  if (std::ranges::none_of(glyphs, may_be_a_pair)) return false;
  const std::vector<Run> runs = unmapped_runs(glyphs);
  const std::set<FPDF_FONT> fonts = fonts_of_utf8(runs);
  if (fonts.empty()) return false;
  std::vector<Glyph> result;
  std::size_t done = 0;
  for (const Run& run : runs) {
    if (!fonts.contains(run.font)) continue;
    result.insert(result.end(), glyphs.begin() + static_cast<std::ptrdiff_t>(done),
                  glyphs.begin() + static_cast<std::ptrdiff_t>(run.from));
    result.insert(result.end(), run.characters.begin(), run.characters.end());
    done = run.to;
  }
  result.insert(result.end(), glyphs.begin() + static_cast<std::ptrdiff_t>(done), glyphs.end());
  glyphs = std::move(result);
  return true;
}

}  // namespace docmill::pdf
