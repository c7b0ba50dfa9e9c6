// Words and lines that a page keeps apart by nothing but a gap. Pure.
#pragma once

#include <functional>
#include <vector>

#include "extract/pdf/glyphs.h"

namespace docmill::pdf {

/// The setting of a glyph; asked only on lines where something may stand apart.
using SettingOf = std::function<Setting(const Glyph&)>;

/// The glyphs with a space where a gap stands between two words, and a line feed where the next glyph stands above or
/// below the one before (cells drawn column by column). PDFium puts most of them; it judges a gap by the widths of two
/// glyphs, and takes columns of narrow cells for vertical writing.
///
/// A gap counts where it is wider than the letter spacing of its word by gap_ems_min: letter-spaced headings stay
/// whole, and those that PDFium tore into letters are joined.
std::vector<Glyph> separated(std::vector<Glyph> glyphs, const SettingOf& setting_of);

/// In units of the type size. Narrower word spaces are hardly set; wider kerning is not set either.
inline constexpr double gap_ems_min = 0.11;

}  // namespace docmill::pdf
