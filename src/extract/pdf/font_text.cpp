#include "extract/pdf/font_text.h"

#include <algorithm>
#include <array>
#include <map>

#include "extract/text/byte_signs.h"
#include "extract/text/letters.h"
#include "extract/text/token_signs.h"

namespace docmill::pdf {
namespace {

/// The counter of a FontText for glyphs of this kind.
std::uint32_t& counter_of(Legibility legibility, FontText& font) {
  switch (legibility) {
    case Legibility::unmapped:
      return font.unmapped;
    case Legibility::number:
      return font.numbers;
    case Legibility::private_use:
      return font.private_use;
    case Legibility::replacement:
      return font.replacements;
    case Legibility::control:
      return font.controls;
    case Legibility::white:
    case Legibility::readable:
    case Legibility::contradicted:
      break;
  }
  return font.readable;
}

struct Reader {
  text::Speller speller;
  text::ByteSigns signs;
  text::TokenSigns tokens;

  void take(char32_t c) {
    speller.take(c);
    signs.take(c);
    tokens.take(c);
  }
  void end_word() {
    speller.end_word();
    tokens.end_token();
  }
};

}  // namespace

std::vector<FPDF_FONT> number_fonts(std::vector<Glyph>& glyphs) {
  std::vector<FPDF_FONT> fonts;
  std::map<FPDF_FONT, std::uint16_t> numbers;
  FPDF_PAGEOBJECT last_object = nullptr;
  FPDF_FONT last_font = nullptr;
  std::uint16_t number = Glyph::no_font;
  for (Glyph& glyph : glyphs) {
    if (glyph.object == nullptr) continue;
    if (glyph.object != last_object) {
      last_object = glyph.object;
      const FPDF_FONT font = FPDFTextObj_GetFont(glyph.object);
      if (number == Glyph::no_font || font != last_font) {
        const auto next = static_cast<std::uint16_t>(std::min<std::size_t>(fonts.size(), fonts_max - 1));
        const auto [known, is_new] = numbers.try_emplace(font, next);
        if (is_new && fonts.size() < fonts_max) fonts.push_back(font);
        number = known->second;
        last_font = font;
      }
    }
    glyph.font = number;
  }
  return fonts;
}

std::vector<FontText> read_fonts(std::span<const Glyph> glyphs, std::size_t font_count) {
  std::vector<FontText> fonts(font_count);
  std::vector<Reader> readers(font_count);
  std::uint16_t last = Glyph::no_font;
  Reader* reader = nullptr;  // of the last font
  for (const Glyph& glyph : glyphs) {
    // A space that PDFium put there has no font, and a glyph that nobody can read breaks a word.
    if (glyph.font != Glyph::no_font && glyph.font != last) {
      if (reader != nullptr) reader->end_word();
      last = glyph.font;
      reader = &readers[last];
    }
    if (reader == nullptr) continue;
    if (glyph.legibility != Legibility::white) ++counter_of(glyph.legibility, fonts[last]);
    if (is_unreadable(glyph.legibility))
      reader->end_word();
    else
      reader->take(glyph.unicode);
  }
  for (std::size_t font = 0; font < font_count; ++font) {
    readers[font].end_word();
    fonts[font].spelling = readers[font].speller.total();
    fonts[font].wrong_bytes = readers[font].signs.are_wrong();
    fonts[font].odd_words = readers[font].tokens.are_many();
  }
  return fonts;
}

std::string identity_of(FPDF_FONT font) {
  std::array<char, 128> name{};
  FPDFFont_GetBaseFontName(font, name.data(), name.size() - 1);
  std::size_t size_bytes = 0;
  FPDFFont_GetFontData(font, nullptr, 0, &size_bytes);
  return std::string(name.data()) + ' ' + std::to_string(size_bytes);
}

}  // namespace docmill::pdf
