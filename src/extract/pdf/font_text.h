// What the glyphs of each font on a page come to.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "extract/pdf/glyphs.h"
#include "extract/pdf/pdf.h"

namespace docmill::pdf {

/// Sets Glyph::font and gives the fonts by it, at most fonts_max; glyphs of more than that share the last number.
std::vector<FPDF_FONT> number_fonts(std::vector<Glyph>& glyphs);
inline constexpr std::uint16_t fonts_max = 64;

/// A pass over the glyphs, some ten nanoseconds each. Text of another font ends a word.
std::vector<FontText> read_fonts(std::span<const Glyph> glyphs, std::size_t font_count);

/// The same for a font on all pages of a document, and hardly for two: its name, which tells subsets apart, and the
/// size of its program.
std::string identity_of(FPDF_FONT font);

}  // namespace docmill::pdf
